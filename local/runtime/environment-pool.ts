import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import type { LambdaEnvironment } from './lambda-environment.ts';

type PoolOptions = {
  /** Starts an environment; `onEnd` is called once when it ended. */
  start: (onEnd: () => void) => LambdaEnvironment;
  /** Environments at most. */
  limit: number;
  /** How many may compute at a time before one more would only make all of them slower. */
  processors: number;
  /** The same for an invocation that has waited for longer than a call takes. */
  processorsWhenLate: number;
  /** How long an unused environment stays, in ms; the last few stay six times as long. */
  idleMs: number;
  /** How many environments count as the last few. */
  kept: number;
  /** Of a clock that only goes forward. */
  nowMs: () => number;
};

/** How long an invocation waits for an environment that is in use, in ms, before one more may start. */
const WAIT_BEFORE_START_MS = 25;
/** Eight callers of one environment wait for less; one who came after a large request waits for more. */
const LATE_FROM_MS = 100;
/** An environment that computes less than this between two looks was idle. */
const COMPUTES_FROM_MS = 0.5;
/** An environment in use that was idle for so long waits for a receiver outside. Before, it may wait for the emulators or for a processor. */
const WAITS_FROM_MS = 100;
/** Above it the thread of the emulators has no time left: one more environment would only wait for it as well. */
const EMULATORS_BUSY_FROM = 0.9;
/** On AWS environments stay for minutes: the next invocation after a short rest does not begin with a start. */
const LAST_STAY_LONGER = 5;

/**
 * Execution environments of one function: started on demand, used again, ended when they idle.
 *
 * On AWS an invocation that finds none free has one started for it, on a processor of its own. Here a start takes 50 ms or more
 * of a processor that all share, and most environments are free again before that: so an invocation takes the first one that is
 * free, and another starts only when it has waited for 25 ms and a processor is left. While the emulators are busy, one
 * environment that computes is enough: all wait for the thread of the emulators. Each one more takes 25 MiB, and compiles the same
 * code for itself.
 */
export function createEnvironmentPool(options: PoolOptions) {
  const { start, limit, idleMs, kept, nowMs } = options;
  type Idle = { environment: LambdaEnvironment; timer: NodeJS.Timeout };
  const alive = new Set<LambdaEnvironment>();
  const starting = new Set<LambdaEnvironment>();
  const idle: Idle[] = [];
  const waiting: { sinceMs: number; take: (environment: LambdaEnvironment) => void }[] = [];
  /** When an environment was handed out, or was last seen to compute. */
  const idleSinceMs = new WeakMap<LambdaEnvironment, number>();
  let growing: Promise<void> | undefined;

  function startOne(): void {
    const environment = start(() => {
      alive.delete(environment);
      starting.delete(environment);
      const position = idle.findIndex((candidate) => candidate.environment === environment);
      for (const gone of position < 0 ? [] : idle.splice(position, 1)) clearTimeout(gone.timer);
    });
    alive.add(environment);
    starting.add(environment);
    void handOnceStarted(environment);
  }

  async function handOnceStarted(environment: LambdaEnvironment): Promise<void> {
    await environment.started;
    starting.delete(environment);
    hand(environment);
  }

  /** Hands an environment to the invocation that has waited longest. One that could not start is handed on too, so that its failure is told. */
  function hand(environment: LambdaEnvironment): void {
    const next = waiting.shift();
    idleSinceMs.set(environment, nowMs());
    if (next !== undefined) next.take(environment);
    else if (alive.has(environment)) park(environment);
  }

  function park(environment: LambdaEnvironment): void {
    const parked: Idle = { environment, timer: setTimeout(leave, idleMs).unref() };
    idle.push(parked);
    function leave(): void {
      if (idle.length > kept) void environment.stop();
      else parked.timer = setTimeout(stop, idleMs * LAST_STAY_LONGER).unref();
    }
    function stop(): void {
      void environment.stop();
    }
  }

  /** How many environments computed while `wait` lasted, may wait to compute, or are starting. */
  async function computing(wait: () => Promise<void>): Promise<number> {
    const before = Array.from(alive, (environment) => ({ environment, ms: environment.computedMs() }));
    await wait();
    const worked = before.filter(({ environment, ms }) => {
      if (starting.has(environment)) return false;
      if (environment.computedMs() - ms >= COMPUTES_FROM_MS) idleSinceMs.set(environment, nowMs());
      return nowMs() - (idleSinceMs.get(environment) ?? 0) < WAITS_FROM_MS;
    });
    return starting.size + worked.length;
  }

  function processors(): number {
    const [first] = waiting;
    const isLate = first !== undefined && nowMs() - first.sinceMs >= LATE_FROM_MS;
    return isLate ? options.processorsWhenLate : options.processors;
  }

  async function grow(): Promise<void> {
    while (waiting.length > 0) {
      const before = performance.eventLoopUtilization();
      const busy = await computing(async () => pause(WAIT_BEFORE_START_MS, undefined, { ref: false }));
      const { utilization } = performance.eventLoopUtilization(before);
      const most = utilization < EMULATORS_BUSY_FROM ? processors() : 1;
      const isOfUse = waiting.length > starting.size && busy < most;
      if (alive.size === 0 || (isOfUse && alive.size < limit)) startOne();
    }
    growing = undefined;
  }

  return {
    alive: (): number => alive.size,
    /** Resolves with an environment that is this invocation's alone until it is given back. */
    async take(): Promise<LambdaEnvironment> {
      const free = idle.pop();
      if (free === undefined) return next();
      clearTimeout(free.timer);
      idleSinceMs.set(free.environment, nowMs());
      return free.environment;
    },
    /** Gives it back, whether or not it is still alive. */
    give(environment: LambdaEnvironment): void {
      if (alive.has(environment)) hand(environment);
    },
    /** Ends every environment, in the middle of an invocation too. */
    async close(): Promise<void> {
      await Promise.all(Array.from(alive, (environment) => environment.stop()));
    },
  };

  function next(): Promise<LambdaEnvironment> {
    if (alive.size === 0) startOne();
    const environment = new Promise<LambdaEnvironment>((resolve) => {
      waiting.push({ sinceMs: nowMs(), take: resolve });
    });
    growing ??= grow();
    return environment;
  }
}
