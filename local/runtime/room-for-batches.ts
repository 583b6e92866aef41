import { availableParallelism } from 'node:os';
import type { EnvironmentLooks } from './environment-looks.ts';
import type { LambdaFunction } from './lambda-function.ts';

/** An invocation that waits for busy emulators gets an answer now and then: it is idle only after more looks in a row. */
const IDLE_LOOKS = { whileBusy: 4, otherwise: 1 };

/** The load of the machine when a batch is to begin. */
type Load = {
  /** Invocations of the same function that compute. */
  ofFunction: number;
  /** Invocations of all functions that work off queues and compute. */
  ofAll: number;
  processors: number;
  /** Whether the thread of the emulators has no time left: more batches would only wait for it. */
  emulatorsAreBusy: boolean;
};

/**
 * Whether one more batch may begin.
 *
 * On AWS each environment has a share of a processor to itself, so the work of one queue takes nothing from others. Here they
 * share the processors of one machine: eight batches at a time take eight times as long, and so does an alert that comes beside
 * them. So only as many batches compute at a time as there are processors, and one of each function always. A batch that waits
 * for a receiver does not compute, and holds nothing up.
 */
export function hasRoom({ ofFunction, ofAll, processors, emulatorsAreBusy }: Load): boolean {
  return ofFunction === 0 || (ofAll < processors && !emulatorsAreBusy);
}

export type RoomForBatches = ReturnType<typeof createRoomForBatches>;

/** Knows which invocations of these functions compute, for a queue that waits to begin one more batch. */
export function createRoomForBatches(
  functions: readonly LambdaFunction[],
  looks: EnvironmentLooks,
  processors = availableParallelism(),
) {
  let begun = { atLook: 0, batches: 0 };

  return {
    /** Whether one more batch of the function may begin now. */
    take(lambda: LambdaFunction): boolean {
      const atLook = looks.count();
      if (begun.atLook !== atLook) begun = { atLook, batches: 0 };
      const emulatorsAreBusy = looks.emulatorsAreBusy();
      const idleLooks = emulatorsAreBusy ? IDLE_LOOKS.whileBusy : IDLE_LOOKS.otherwise;
      const ofAll = functions.reduce((sum, each) => sum + each.computing(idleLooks), begun.batches);
      const isFree = hasRoom({
        ofFunction: lambda.computing(idleLooks),
        ofAll,
        processors,
        emulatorsAreBusy,
      });
      if (isFree) begun.batches += 1;
      return isFree;
    },
    /** Resolves when `take` may answer differently. */
    changed: looks.looked,
  };
}
