import type { EnvironmentLooks } from './environment-looks.ts';
import type { LambdaEnvironment } from './lambda-environment.ts';

type PoolOptions = {
  /** Starts an environment; `onEnd` is called once when it ended. */
  start: (onEnd: () => void) => LambdaEnvironment;
  /** Environments at most. */
  limit: number;
  /** How many may compute at a time before one more would only make all of them slower. */
  processors: number;
  /** How long an unused environment stays, in ms; the last few stay six times as long. */
  idleMs: number;
  /** How many environments count as the last few. */
  kept: number;
  /** At the environments of all functions. */
  looks: EnvironmentLooks;
};

/**
 * An environment in use that was idle at so many looks in a row waits for a receiver outside, or until its time is over, as the router
 * does under load (functions/handlers/middleware/paced.ts). On a busy machine it may wait for the emulators or for a processor.
 */
const WAITS_FROM_LOOKS = { whileBusy: 8, otherwise: 4 };
/** On AWS environments stay for minutes: the next invocation after a short rest does not begin with a start. */
const LAST_STAY_LONGER = 5;

/**
 * Execution environments of one function: started on demand, used again, ended when they idle.
 *
 * On AWS an invocation that finds none free has one started for it, on a processor of its own. Here a start takes 50 ms or more
 * of a processor that all share, and most environments are free again before that: so an invocation takes the first one that is
 * free, and another starts only when it still waits at the next look and a processor is left. While the emulators are busy, one
 * environment that computes is enough: all wait for the thread of the emulators. Each one more takes 25 MiB, and compiles the same
 * code for itself.
 */
export function createEnvironmentPool(options: PoolOptions) {
  const { start, limit, idleMs, kept, looks } = options;
  type Idle = { environment: LambdaEnvironment; timer: NodeJS.Timeout };
  const alive = new Set<LambdaEnvironment>();
  const starting = new Set<LambdaEnvironment>();
  const idle: Idle[] = [];
  const waiting: ((environment: LambdaEnvironment) => void)[] = [];
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
    if (next !== undefined) next(used(environment));
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

  function used(environment: LambdaEnvironment): LambdaEnvironment {
    looks.begin(environment);
    return environment;
  }

  /** How many environments compute, or may wait to compute. */
  function computing(): number {
    const waitsFrom = looks.machineIsBusy() ? WAITS_FROM_LOOKS.whileBusy : WAITS_FROM_LOOKS.otherwise;
    return Array.from(alive).filter((one) => looks.idleLooks(one) < waitsFrom).length;
  }

  async function grow(): Promise<void> {
    while (waiting.length > 0) {
      await looks.looked();
      // One that computes is enough while the emulators have no time left: one more would only wait for them as well.
      const most = looks.emulatorsAreBusy() ? 1 : options.processors;
      // Most who wait for the first one to start are served by it.
      const isOfUse = waiting.length > 0 && starting.size === 0 && computing() < most;
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
      return used(free.environment);
    },
    /** Gives it back, whether or not it is still alive. */
    give(environment: LambdaEnvironment): void {
      looks.end(environment);
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
      waiting.push(resolve);
    });
    growing ??= grow();
    return environment;
  }
}
