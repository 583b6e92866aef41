import { startEnvironment } from './lambda-environment.ts';
import type { FunctionConfig, InvocationResult, LambdaEnvironment } from './lambda-environment.ts';

type LambdaOptions = {
  /** Environments at most; further invocations wait, since a machine has few cores where Lambda has a thousand environments. */
  maxEnvironments: number;
  /** How long an unused environment stays, in ms; the last one of a function stays six times as long. */
  idleMs: number;
  onLine: (line: string) => void;
  onFailure(result: InvocationResult & { kind: 'failed' }): void;
  /** Called when an environment starts. */
  onStart(): void;
};

/** An invocation that computes less than this between two looks was idle. */
const COMPUTES_FROM_MS = 0.5;

/** On AWS environments stay for minutes: the next invocation after a short rest does not begin with a start. */
const LAST_STAYS_LONGER = 5;

export type LambdaFunction = ReturnType<typeof createLambdaFunction>;

/**
 * A function that starts execution environments on demand, reuses them, and ends those that idle.
 *
 * With `reservedConcurrency` set, an invocation beyond it is throttled, unless the caller waits (as event source
 * mappings do).
 */
export function createLambdaFunction(
  config: FunctionConfig,
  options: LambdaOptions & { reservedConcurrency?: number | undefined },
) {
  const reserved = options.reservedConcurrency ?? Infinity;
  const limit = Math.min(options.maxEnvironments, reserved);
  type Idle = { environment: LambdaEnvironment; timer: NodeJS.Timeout };
  const idle: Idle[] = [];
  const alive = new Set<LambdaEnvironment>();
  const queue: (() => void)[] = [];
  const running = new Set<Promise<InvocationResult>>();
  const working = new Map<LambdaEnvironment, { computedMs: number; idleLooks: number }>();
  let busy = 0;

  function takeEnvironment(): LambdaEnvironment {
    const free = idle.pop();
    if (free !== undefined) {
      clearTimeout(free.timer);
      return free.environment;
    }
    options.onStart();
    const environment: LambdaEnvironment = startEnvironment(config, options.onLine, () => {
      alive.delete(environment);
      const position = idle.findIndex((candidate) => candidate.environment === environment);
      for (const gone of position < 0 ? [] : idle.splice(position, 1)) clearTimeout(gone.timer);
    });
    alive.add(environment);
    return environment;
  }

  function park(environment: LambdaEnvironment): void {
    if (!alive.has(environment)) return;
    const parked: Idle = { environment, timer: setTimeout(leave, options.idleMs).unref() };
    idle.push(parked);
    function leave(): void {
      if (idle.length > 1) void environment.stop();
      else parked.timer = setTimeout(stop, options.idleMs * LAST_STAYS_LONGER).unref();
    }
    function stop(): void {
      void environment.stop();
    }
  }

  async function run(event: unknown): Promise<InvocationResult> {
    if (busy >= limit) {
      await new Promise<void>((resolve) => {
        queue.push(resolve);
      });
    }
    busy += 1;
    const environment = takeEnvironment();
    working.set(environment, { computedMs: environment.computedMs(), idleLooks: 0 });
    const result = await environment.run(event);
    working.delete(environment);
    busy -= 1;
    park(environment);
    queue.shift()?.();
    if (result.kind === 'failed') options.onFailure(result);
    return result;
  }

  return {
    name: config.name,
    arn: config.arn,
    timeoutMs: config.timeoutMs,
    environments: (): number => alive.size,
    /** Looks at what its invocations do: which of them compute, and which wait for somebody else. */
    look(): void {
      for (const [environment, seen] of working) {
        const computedMs = environment.computedMs();
        const isIdle = computedMs - seen.computedMs < COMPUTES_FROM_MS;
        working.set(environment, { computedMs, idleLooks: isIdle ? seen.idleLooks + 1 : 0 });
      }
    },
    /** Invocations that were not idle at so many looks in a row. */
    computing: (idleLooks: number): number =>
      Array.from(working.values()).filter((seen) => seen.idleLooks < idleLooks).length,

    /** Invokes with a JSON event; never rejects. */
    async invoke(event: unknown, when: 'now' | 'when-free' = 'now'): Promise<InvocationResult> {
      if (when === 'now' && busy + queue.length >= reserved) return { kind: 'throttled' };
      const invocation = run(event);
      running.add(invocation);
      return invocation.finally(() => running.delete(invocation));
    },
    /** Resolves when nothing runs. */
    async drained(): Promise<void> {
      while (running.size > 0) await Promise.allSettled(running);
    },
    /** Ends every environment, in the middle of an invocation too. */
    async close(): Promise<void> {
      await Promise.all(Array.from(alive, (environment) => environment.stop()));
    },
  };
}
