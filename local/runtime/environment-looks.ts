import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import type { LambdaEnvironment } from './lambda-environment.ts';

const LOOK_EVERY_MS = 25;
/** An environment that computes less than this between two looks was idle. */
const COMPUTES_FROM_MS = 0.5;
/** Above it the thread of the emulators has no time left: whoever calls them waits for it. */
const EMULATORS_BUSY_FROM = 0.9;
/** A look that comes so late says that no processor is left: an environment may wait for one, and looks idle. */
const LATE_LOOK_MS = 40;

export type EnvironmentLooks = ReturnType<typeof createEnvironmentLooks>;

/** Looks every 25 ms at the environments in use, which of them compute and which wait. At rest it does nothing. */
export function createEnvironmentLooks() {
  const inUse = new Map<LambdaEnvironment, { computedMs: number; idleLooks: number }>();
  let emulatorsAreBusy = false;
  let lookWasLate = false;
  let count = 0;
  let looking: Promise<void> | undefined;

  async function look(): Promise<void> {
    const loop = performance.eventLoopUtilization();
    const fromMs = performance.now();
    await pause(LOOK_EVERY_MS, undefined, { ref: false });
    emulatorsAreBusy = performance.eventLoopUtilization(loop).utilization >= EMULATORS_BUSY_FROM;
    lookWasLate = performance.now() - fromMs >= LATE_LOOK_MS;
    for (const [environment, seen] of inUse) {
      const computedMs = environment.computedMs();
      seen.idleLooks = computedMs - seen.computedMs < COMPUTES_FROM_MS ? seen.idleLooks + 1 : 0;
      seen.computedMs = computedMs;
    }
    count += 1;
    looking = undefined;
    if (inUse.size > 0) void looked();
  }

  function looked(): Promise<void> {
    looking ??= look();
    return looking;
  }

  return {
    /** Begins to look at an environment that is in use from now on. */
    begin(environment: LambdaEnvironment): void {
      inUse.set(environment, { computedMs: environment.computedMs(), idleLooks: 0 });
      void looked();
    },
    end(environment: LambdaEnvironment): void {
      inUse.delete(environment);
    },
    /** At how many looks in a row it was idle, since its invocation began. */
    idleLooks: (environment: LambdaEnvironment): number => inUse.get(environment)?.idleLooks ?? 0,
    /** Resolves after the next look. */
    looked,
    /** How many looks there have been. */
    count: (): number => count,
    /** Whether the thread of the emulators had no time left, at the last look. */
    emulatorsAreBusy: (): boolean => emulatorsAreBusy,
    /** Whether the emulators or the processors had no time left, at the last look. */
    machineIsBusy: (): boolean => emulatorsAreBusy || lookWasLate,
  };
}
