import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { EnvironmentLooks } from '../../../local/runtime/environment-looks.ts';
import { createEnvironmentPool } from '../../../local/runtime/environment-pool.ts';
import type { LambdaEnvironment } from '../../../local/runtime/lambda-environment.ts';

/** Looks at environments when the test says so: what each finds depends on the machine. */
function looksOf() {
  let next = Promise.withResolvers<void>();
  let count = 0;
  const found = { idle: new Set<LambdaEnvironment>(), emulatorsAreBusy: false, machineIsBusy: false };
  const idleLooks = new Map<LambdaEnvironment, number>();
  const looks: EnvironmentLooks = {
    begin: (environment) => void idleLooks.set(environment, 0),
    end: (environment) => void idleLooks.delete(environment),
    idleLooks: (environment) => idleLooks.get(environment) ?? 0,
    looked: async () => next.promise,
    count: () => count,
    emulatorsAreBusy: () => found.emulatorsAreBusy,
    machineIsBusy: () => found.machineIsBusy,
  };
  const look = async (times: number): Promise<void> => {
    for (let time = 0; time < times; time += 1) {
      for (const [environment, before] of idleLooks)
        idleLooks.set(environment, found.idle.has(environment) ? before + 1 : 0);
      count += 1;
      next.resolve();
      next = Promise.withResolvers();
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { looks, look, found };
}

/** Environments that are ready when the test says so. */
function poolOf(more: Partial<Parameters<typeof createEnvironmentPool>[0]> = {}) {
  const begun: { environment: LambdaEnvironment; ready: () => void; end: () => void }[] = [];
  const { looks, look, found } = looksOf();
  const pool = createEnvironmentPool({
    limit: 4,
    processors: 2,
    idleMs: 60_000,
    kept: 2,
    looks,
    start(onEnd) {
      const { promise: started, resolve: ready } = Promise.withResolvers<void>();
      const environment: LambdaEnvironment = {
        started: started.then(() => undefined),
        computedMs: () => 0,
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
  return { pool, begun, look, found };
}

/** One environment is in use, and an invocation waits. */
async function oneWaits(more: Parameters<typeof poolOf>[0]) {
  const parts = poolOf(more);
  const first = parts.pool.take();
  parts.begun[0]?.ready();
  const used = await first;
  void parts.pool.take();
  return { ...parts, used };
}

test('an invocation takes the environment that is free first, though one starts for it', async () => {
  const { pool, begun, look } = poolOf();
  const first = pool.take();
  begun[0]?.ready();
  const used = await first;
  const second = pool.take();
  await look(1);
  pool.give(used);
  expect(await second).toBe(used);
  begun[1]?.ready();
  expect(await pool.take()).toBe(begun[1]?.environment);
});

test('beside one that computes no other starts, however long one waits', async () => {
  const { begun, look } = await oneWaits({ processors: 1 });
  await look(100);
  expect(begun.length).toBe(1);
});

describe('beside one that waits', () => {
  test.each([
    ['four looks', false, 4],
    ['eight looks of a busy machine', true, 8],
  ])('another starts after %s, and not before', async (_, machineIsBusy, looks) => {
    const { begun, look, found, used } = await oneWaits({ processors: 1 });
    Object.assign(found, { machineIsBusy, emulatorsAreBusy: machineIsBusy });
    found.idle.add(used);
    await look(looks - 1);
    expect(begun.length).toBe(1);
    await look(1);
    expect(begun.length).toBe(2);
  });

  test('no other starts when it computes now and then', async () => {
    const { begun, look, found, used } = await oneWaits({ processors: 1 });
    for (let turn = 0; turn < 10; turn += 1) {
      found.idle.add(used);
      await look(3);
      found.idle.delete(used);
      await look(1);
    }
    expect(begun.length).toBe(1);
  });
});

test('none starts for who was served before the next look', async () => {
  const { pool, begun, look, used } = await oneWaits({ processors: 2 });
  pool.give(used);
  await look(10);
  expect(begun.length).toBe(1);
});

describe('beside one that computes, with a processor left', () => {
  test('another starts for who waits at the next look', async () => {
    const { begun, look } = await oneWaits({ processors: 2 });
    expect(begun.length).toBe(1);
    await look(1);
    expect(begun.length).toBe(2);
  });

  test('none starts while the emulators have no time left', async () => {
    const { begun, look, found } = await oneWaits({ processors: 2 });
    found.emulatorsAreBusy = true;
    await look(100);
    expect(begun.length).toBe(1);
  });
});

test('none starts while another is starting, however many wait', async () => {
  const { pool, begun, look } = poolOf({ processors: 3 });
  const taken = [pool.take(), pool.take(), pool.take()];
  await look(100);
  expect(begun.length).toBe(1);
  begun[0]?.ready();
  await taken[0];
  await look(1);
  expect(begun.length).toBe(2);
});

test('as many compute at a time as there are processors; beside those that wait others start', async () => {
  const { pool, begun, look, found } = poolOf({ processors: 2 });
  const taken = [pool.take(), pool.take(), pool.take()];
  begun[0]?.ready();
  await taken[0];
  await look(1);
  begun[1]?.ready();
  await taken[1];
  await look(100);
  expect(begun.length).toBe(2);
  for (const { environment } of begun) found.idle.add(environment);
  await look(4);
  begun[2]?.ready();
  expect(new Set(await Promise.all(taken)).size).toBe(3);
});

test('of several unused environments as many as are kept stay longer, and then end too', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const { pool, begun, look } = poolOf({ processors: 3, idleMs: 1_000 });
  const taken = [pool.take(), pool.take(), pool.take()];
  for (let index = 0; index < taken.length; index += 1) {
    begun[index]?.ready();
    await look(2);
  }
  for (const environment of await Promise.all(taken)) pool.give(environment);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(pool.alive()).toBe(2);
  await vi.advanceTimersByTimeAsync(4_999);
  expect(pool.alive()).toBe(2);
  await vi.advanceTimersByTimeAsync(1);
  expect(pool.alive()).toBe(0);
});

test('when the only one ends, another starts for who waits', async () => {
  const { pool, begun, look } = poolOf({ limit: 1 });
  const first = pool.take();
  begun[0]?.ready();
  const used = await first;
  const second = pool.take();
  begun[0]?.end();
  pool.give(used);
  await look(1);
  begun[1]?.ready();
  expect(await second).toBe(begun[1]?.environment);
});
