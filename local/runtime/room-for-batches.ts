import { availableParallelism } from 'node:os';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import type { LambdaFunction } from './lambda-function.ts';

const LOOK_EVERY_MS = 25;
/** Above it the thread of the emulators has no time left: more batches would only wait for it. */
const BUSY_FROM = 0.9;
/** An invocation that waits for busy emulators gets an answer now and then: it is idle only after more looks in a row. */
const IDLE_LOOKS = { whileBusy: 4, otherwise: 1 };

/** The load of the machine when a batch is to begin. */
type Load = {
  /** Invocations of the same function that compute. */
  ofFunction: number;
  /** Invocations of all functions that work off queues and compute. */
  ofAll: number;
  processors: number;
  /** How much of its time the thread of the emulators is busy, 0 to 1. */
  emulators: number;
};

/**
 * Whether one more batch may begin.
 *
 * On AWS each environment has a share of a processor to itself, so the work of one queue takes nothing from others. Here they
 * share the processors of one machine: eight batches at a time take eight times as long, and so does an alert that comes beside
 * them. So only as many batches compute at a time as there are processors, and one of each function always. A batch that waits
 * for a receiver does not compute, and holds nothing up.
 */
export function hasRoom({ ofFunction, ofAll, processors, emulators }: Load): boolean {
  return ofFunction === 0 || (ofAll < processors && emulators < BUSY_FROM);
}

export type RoomForBatches = ReturnType<typeof createRoomForBatches>;

/** Looks every 25 ms which invocations of these functions compute, while a queue waits to begin one more batch. */
export function createRoomForBatches(
  functions: readonly LambdaFunction[],
  processors = availableParallelism(),
) {
  let loop = performance.eventLoopUtilization();
  let emulators = 0;
  let begunSinceLook = 0;
  let looking: Promise<void> | undefined;

  async function look(): Promise<void> {
    await pause(LOOK_EVERY_MS, undefined, { ref: false });
    looking = undefined;
    const now = performance.eventLoopUtilization();
    emulators = performance.eventLoopUtilization(now, loop).utilization;
    loop = now;
    begunSinceLook = 0;
    for (const lambda of functions) lambda.look();
  }

  return {
    /** Whether one more batch of the function may begin now. */
    take(lambda: LambdaFunction): boolean {
      const idleLooks = emulators < BUSY_FROM ? IDLE_LOOKS.otherwise : IDLE_LOOKS.whileBusy;
      const ofAll = functions.reduce((sum, each) => sum + each.computing(idleLooks), begunSinceLook);
      const isFree = hasRoom({ ofFunction: lambda.computing(idleLooks), ofAll, processors, emulators });
      if (isFree) begunSinceLook += 1;
      return isFree;
    },
    /** Resolves when `take` may answer differently. */
    changed(): Promise<void> {
      looking ??= look();
      return looking;
    },
  };
}
