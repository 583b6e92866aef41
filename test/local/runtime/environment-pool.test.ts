import { expect, onTestFinished, test, vi } from 'vitest';
import { createEnvironmentPool } from '../../../local/runtime/environment-pool.ts';
import type { LambdaEnvironment } from '../../../local/runtime/lambda-environment.ts';

/** Environments that are ready when the test says so: when a real one is depends on the machine. */
function poolOf(
  more: Partial<Parameters<typeof createEnvironmentPool>[0]> = {},
  computedMs = (): number => 0,
) {
  let elapsedMs = 0;
  const begun: { environment: LambdaEnvironment; ready: () => void; end: () => void }[] = [];
  const pool = createEnvironmentPool({
    limit: 4,
    processors: 2,
    processorsWhenLate: more.processors ?? 2,
    idleMs: 60_000,
    kept: 2,
    // Each look is long after the one before.
    nowMs: () => (elapsedMs += 1_000),
    start(onEnd) {
      const { promise: started, resolve: ready } = Promise.withResolvers<void>();
      const environment: LambdaEnvironment = {
        started: started.then(() => undefined),
        computedMs,
        run: () => Promise.resolve({ kind: 'throttled' }),
        kill: () => undefined,
        stop: () => {
          onEnd();
          return Promise.resolve();
        },
      };
      begun.push({ environment, ready, end: onEnd });
      return environment;
    },
    ...more,
  });
  return { pool, begun };
}

const begunAre = async (begun: unknown[], count: number): Promise<void> =>
  vi.waitFor(() => {
    expect(begun.length).toBe(count);
  }, 20_000);

/** One environment is in use, and an invocation waits. */
const oneWaits = async (
  pool: ReturnType<typeof poolOf>['pool'],
  begun: ReturnType<typeof poolOf>['begun'],
): Promise<void> => {
  const first = pool.take();
  begun[0]?.ready();
  await first;
  void pool.take();
};

/** The pool has looked often at the one in use. */
const looksOften = async (looks: () => number): Promise<void> =>
  vi.waitFor(() => {
    expect(looks()).toBeGreaterThan(20);
  }, 20_000);

test('an invocation takes the environment that is free first, though one starts for it', async () => {
  const { pool, begun } = poolOf();
  const first = pool.take();
  begun[0]?.ready();
  const used = await first;
  const second = pool.take();
  await begunAre(begun, 2);
  pool.give(used);
  expect(await second).toBe(used);
  begun[1]?.ready();
  expect(await pool.take()).toBe(begun[1]?.environment);
});

test('beside one that computes no other starts, however long one waits', async () => {
  let asked = 0;
  let nowMs = 0;
  const { pool, begun } = poolOf({ processors: 1, nowMs: () => nowMs }, () => {
    nowMs += 50;
    return (asked += 1);
  });
  await oneWaits(pool, begun);
  await looksOften(() => asked);
  expect(begun.length).toBe(1);
});

test('beside one that was given away just now no other starts, and beside one that waits for others one does', async () => {
  let asked = 0;
  let nowMs = 0;
  const idle = (): number => {
    asked += 1;
    return 0;
  };
  const { pool, begun } = poolOf({ processors: 1, nowMs: () => nowMs }, idle);
  await oneWaits(pool, begun);
  await looksOften(() => asked);
  expect(begun.length).toBe(1);
  nowMs = 100;
  await begunAre(begun, 2);
});

test('beside one that computes another starts for who has waited for 100 ms, where it is told so', async () => {
  let asked = 0;
  let nowMs = 0;
  const computes = (): number => (asked += 1);
  const { pool, begun } = poolOf({ processors: 1, processorsWhenLate: 2, nowMs: () => nowMs }, computes);
  await oneWaits(pool, begun);
  nowMs = 99;
  await looksOften(() => asked);
  expect(begun.length).toBe(1);
  nowMs = 100;
  await begunAre(begun, 2);
});

test('as many start at a time as there are processors, for those that wait', async () => {
  const { pool, begun } = poolOf();
  const taken = [pool.take(), pool.take(), pool.take()];
  await begunAre(begun, 2);
  begun[0]?.ready();
  await taken[0];
  begun[1]?.ready();
  await taken[1];
  await begunAre(begun, 3);
  begun[2]?.ready();
  const all = await Promise.all(taken);
  expect(new Set(all).size).toBe(3);
});

test('of several unused environments as many as are kept stay longer, and then end too', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const { pool, begun } = poolOf({ processors: 3, idleMs: 1_000 });
  const taken = [pool.take(), pool.take(), pool.take()];
  await begunAre(begun, 3);
  for (const { ready } of begun) ready();
  for (const environment of await Promise.all(taken)) pool.give(environment);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(pool.alive()).toBe(2);
  await vi.advanceTimersByTimeAsync(4_999);
  expect(pool.alive()).toBe(2);
  await vi.advanceTimersByTimeAsync(1);
  expect(pool.alive()).toBe(0);
});

test('when the only one ends, another starts for who waits', async () => {
  const { pool, begun } = poolOf({ limit: 1 });
  const first = pool.take();
  begun[0]?.ready();
  const used = await first;
  const second = pool.take();
  begun[0]?.end();
  pool.give(used);
  await begunAre(begun, 2);
  begun[1]?.ready();
  expect(await second).toBe(begun[1]?.environment);
});
