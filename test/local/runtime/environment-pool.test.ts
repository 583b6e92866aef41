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
    processorsWhenLate: more.processors ?? 2,
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

describe('where another may start for who is late', () => {
  const late = { processors: 1, processorsWhenLate: 2 };

  test('one starts beside one that computes and was the same at eight looks, and not before', async () => {
    const { begun, look } = await oneWaits(late);
    await look(7);
    expect(begun.length).toBe(1);
    await look(1);
    expect(begun.length).toBe(2);
  });

  test('none starts for those who wait for their turn, however many they are', async () => {
    const { pool, begun, look, used } = await oneWaits(late);
    const waiting = Array.from({ length: 5 }, async () => pool.take());
    for (const _ of waiting) {
      await look(7);
      pool.give(used);
    }
    await look(7);
    expect(begun.length).toBe(1);
  });

  test('none starts while the first is starting, however long that takes', async () => {
    const { pool, begun, look } = poolOf(late);
    void pool.take();
    void pool.take();
    await look(100);
    expect(begun.length).toBe(1);
  });

  test('none starts while the emulators have no time left', async () => {
    const { begun, look, found } = await oneWaits(late);
    found.emulatorsAreBusy = true;
    await look(100);
    expect(begun.length).toBe(1);
  });
});

test('as many start at a time as there are processors, for those that wait', async () => {
  const { pool, begun, look, found } = poolOf();
  const taken = [pool.take(), pool.take(), pool.take()];
  await look(100);
  expect(begun.length).toBe(2);
  for (const { environment, ready } of begun) {
    found.idle.add(environment);
    ready();
  }
  await Promise.all(taken.slice(0, 2));
  await look(4);
  begun[2]?.ready();
  const all = await Promise.all(taken);
  expect(new Set(all).size).toBe(3);
});

test('of several unused environments as many as are kept stay longer, and then end too', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const { pool, begun, look } = poolOf({ processors: 3, idleMs: 1_000 });
  const taken = [pool.take(), pool.take(), pool.take()];
  await look(2);
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
