import { describe, expect, test } from 'vitest';
import { isListedOnce } from './fault-scenarios.ts';
import type { Fault } from './faulty-calls.ts';
import { faultyWorld } from './faulty-world.ts';
import { patienceMs, someOf } from './some-of.ts';

/**
 * The deliveries of one large body to one webhook, over several batches and sheets, while workers are killed: at each call of a run
 * without faults, and again and again. What the router does with such a body is in routing-faults.test.ts.
 */
const PATIENCE = { timeout: patienceMs(120_000) };
const COUNT = 34;
/** Two of the first posts fail, so that some are in the slow lane. */
const STATUSES = [204, 503, 204, 204, 503, 204];
/** What a worker that dies takes with it: all that it had sent of its batch and not recorded. */
const BATCH = 10;
const KILLS: Fault[] = ['killed-before', 'killed-after'];

async function run(faults: ReadonlyMap<number, Fault>, { isRedriven } = { isRedriven: false }) {
  const world = await faultyWorld({ statuses: STATUSES, faults, count: COUNT, isRedriven });
  // Kills behind the last call of a run do not happen.
  const kills = [...faults.keys()].filter((at) => at < world.calls.length).length;
  return { ...world, kills };
}

function expectWhole({
  ids,
  deliveries,
  listed,
  posts,
  deadLetters,
  kills,
}: Awaited<ReturnType<typeof run>>) {
  expect(deliveries.map((delivery) => delivery?.state)).toEqual(ids.map(() => 'delivered'));
  expect(deadLetters).toEqual([]);
  expect(listed).toHaveLength(ids.length);
  expect(deliveries.every((delivery) => isListedOnce(delivery, listed))).toBe(true);
  // One id has one body.
  expect(new Set(posts.map(({ id, body }) => `${id} ${body}`)).size).toBe(ids.length);
  const failed = STATUSES.filter((status) => status !== 204).length;
  expect(posts.length - ids.length - failed).toBeLessThanOrEqual(BATCH * kills);
}

describe('the deliveries of a large body', () => {
  test.each(KILLS)('all arrive where a worker is %s any call', PATIENCE, async (fault) => {
    const { calls, ...clean } = await run(new Map());
    expectWhole({ calls, ...clean });
    expect(clean.posts).toHaveLength(COUNT + 2);
    const places = someOf([...calls.keys()], 2).map((at) => at + KILLS.indexOf(fault));
    for (const at of places) expectWhole(await run(new Map([[at, fault]])));
  });

  // What met five kills is a dead letter, which an operator sends back.
  test('all arrive where workers are killed again and again', PATIENCE, async () => {
    for (const stride of someOf([11, 7, 13, 17, 23, 29], 1)) {
      const kills = Array.from({ length: 12 }, (_, index): [number, Fault] => [
        stride * (index + 1),
        KILLS[index % 2] ?? 'killed-before',
      ]);
      const world = await run(new Map(kills), { isRedriven: true });
      expect(world.kills).toBeGreaterThan(3);
      expectWhole(world);
    }
  });
});
