import { channel } from 'node:diagnostics_channel';
import { availableParallelism } from 'node:os';
import type { EnvironmentLooks } from './environment-looks.ts';
import { createEnvironmentPool } from './environment-pool.ts';
import { startEnvironment } from './lambda-environment.ts';
import type { FunctionConfig, InvocationResult, LambdaEnvironment } from './lambda-environment.ts';

type LambdaOptions = {
  /** Environments at most; further invocations wait, since a machine has few cores where Lambda has a thousand environments. */
  maxEnvironments: number;
  /** How long an unused environment stays, in ms; the last few of a function stay six times as long. */
  idleMs: number;
  /** At the environments of all functions. */
  looks: EnvironmentLooks;
  /** Where its environments print to. */
  logPath: string;
  onFailure(result: InvocationResult & { kind: 'failed' }): void;
  /** Called when an environment starts. */
  onStart(): void;
};

/**
 * The kinds of invokers. A `caller` gets an error when none of the reserved executions is free; the others wait for one. A
 * `trigger` is a queue, a `backlog` a queue with more than one batch, the `clock` a schedule.
 */
type Invoker = 'caller' | 'trigger' | 'backlog' | 'clock';

/** Tells of each invocation that ended, as an `Invocation`. */
export const INVOCATIONS = 'tocsin:invocations';
export type Invocation = { name: string; memoryMb: number; durationMs: number };
const invocations = channel(INVOCATIONS);

/** Tells of each environment that starts: the name of its function. */
export const ENVIRONMENT_STARTS = 'tocsin:environment-starts';
const environmentStarts = channel(ENVIRONMENT_STARTS);

type PoolKind = { kept: number; idleMs?: number; yields?: boolean };

export type LambdaFunction = ReturnType<typeof createLambdaFunction>;

/**
 * A function with its execution environments.
 *
 * A backlog has environments of its own, whose threads yield to all others: on AWS each environment has a processor share
 * that a backlog takes from nobody.
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
  const queue: (() => void)[] = [];
  const running = new Set<Promise<InvocationResult>>();
  const working = new Set<LambdaEnvironment>();
  let busy = 0;
  let waiting = 0;

  // A thread that its share keeps waiting looks busy and uses no processor.
  const shares = Math.ceil(availableParallelism() / config.cpuShare);
  // What takes a batch does ten things at a time, and the emulators need a processor too. What is called does one, and waits for them.
  const processors = config.worksOffQueues ? Math.max(1, shares - 1) : shares;
  const poolOf = ({ kept, idleMs = options.idleMs, yields = false }: PoolKind) =>
    createEnvironmentPool({
      limit,
      processors,
      idleMs,
      kept,
      looks: options.looks,
      start(onEnd) {
        options.onStart();
        environmentStarts.publish(config.name);
        return startEnvironment(config, { yields, logPath: options.logPath, onEnd });
      },
    });
  // After a rest as many alerts come at a time as before it. A backlog and a schedule can wait for a start.
  const usual = poolOf({ kept: availableParallelism() });
  const pools = {
    caller: usual,
    trigger: usual,
    backlog: poolOf({ kept: 1, yields: true }),
    // It comes again in a minute at the earliest.
    clock: poolOf({ kept: 0, idleMs: options.idleMs / 10 }),
  };
  const allPools = [...new Set(Object.values(pools))];

  async function run(event: unknown, invoker: Invoker): Promise<InvocationResult> {
    if (busy >= limit) {
      await new Promise<void>((resolve) => {
        queue.push(resolve);
      });
    }
    busy += 1;
    waiting += 1;
    const pool = pools[invoker];
    const environment = await pool.take();
    waiting -= 1;
    working.add(environment);
    const startedMs = performance.now();
    const result = await environment.run(event);
    const durationMs = performance.now() - startedMs;
    invocations.publish({ name: config.name, memoryMb: config.memoryMb, durationMs } satisfies Invocation);
    working.delete(environment);
    busy -= 1;
    pool.give(environment);
    queue.shift()?.();
    if (result.kind === 'failed') options.onFailure(result);
    return result;
  }

  return {
    name: config.name,
    arn: config.arn,
    timeoutMs: config.timeoutMs,
    environments: (): number => allPools.reduce((sum, pool) => sum + pool.alive(), 0),
    /** Invocations that were not idle at so many looks in a row, or wait for an environment. */
    computing: (idleLooks: number): number =>
      waiting + Array.from(working).filter((one) => options.looks.idleLooks(one) < idleLooks).length,

    /** Invokes with a JSON event; never rejects. */
    async invoke(event: unknown, invoker: Invoker): Promise<InvocationResult> {
      if (invoker === 'caller' && busy + queue.length >= reserved) return { kind: 'throttled' };
      const invocation = run(event, invoker);
      running.add(invocation);
      return invocation.finally(() => running.delete(invocation));
    },
    /** Kills an environment in the middle of an invocation; false when none runs. */
    kill(): boolean {
      const [environment] = working;
      environment?.kill();
      return environment !== undefined;
    },
    /** Resolves when nothing runs. */
    async drained(): Promise<void> {
      while (running.size > 0) await Promise.allSettled(running);
    },
    /** Ends every environment, in the middle of an invocation too. */
    async close(): Promise<void> {
      await Promise.all(allPools.map((pool) => pool.close()));
    },
  };
}
