import { describe, expect, test } from 'vitest';
import type { ProxyFault } from './aws-proxy.ts';
import { recordsOf, routingWorld } from './routing-world.ts';
import { IS_ALL, patienceMs, someOf } from './some-of.ts';

const FAULTS: ProxyFault[] = ['refused', 'lost-answer', 'killed-before', 'killed-after'];
const PATIENCE = { timeout: patienceMs(120_000) };

/** Every index below `count`, from one of them on and round to the one before it. */
const indicesFrom = (first: number, count: number): number[] =>
  Array.from({ length: count }, (_, step) => (first + step) % count);

/** What is wrong with how the routing of so many records ended. */
function wrongs(run: Awaited<ReturnType<typeof routingWorld>>, deliveries: number): string[] {
  const twoBodies = [...run.sent].filter(([, bodies]) => bodies.size > 1);
  return [
    ...run.answers
      .filter(({ statusCode }) => statusCode !== 202)
      .map(({ statusCode }) => `answered ${String(statusCode)}`),
    ...(run.sent.size === deliveries ? [] : [`${String(run.sent.size)} deliveries`]),
    ...twoBodies.map(([id]) => `${id} has two bodies`),
    ...(run.deadLetters.length === 0 ? [] : ['a dead letter']),
  ];
}

describe.each([
  { name: 'a request of two messages', world: { bodies: [recordsOf(30)], destinations: 2 }, deliveries: 60 },
  {
    name: 'a batch that is two slices',
    world: { bodies: [recordsOf(80), recordsOf(45, 'm')], destinations: 1 },
    deliveries: 125,
  },
  // Nobody is told of the alerts; the system alert of their hour has nobody to go to.
  { name: 'what reaches nobody', world: { bodies: [recordsOf(3)], destinations: 0 }, deliveries: 0 },
])('$name', ({ world, deliveries }) => {
  test.each(FAULTS)('ends the same when any one call of the router is %s', PATIENCE, async (fault) => {
    const { calls } = await routingWorld(world);
    // Each kind of fault begins at another call, so that more of them are met.
    for (const index of someOf(indicesFrom(FAULTS.indexOf(fault), calls.length), 3)) {
      const run = await routingWorld({ ...world, faults: new Map([[index, fault]]) });
      const at = `${String(index)} ${run.calls[index] ?? ''}`;
      expect({ at, wrongs: wrongs(run, deliveries) }).toEqual({ at, wrongs: [] });
    }
  });
});

/**
 * With `TOCSIN_FAULTS=all` the largest request, to five destinations: 5,800 calls, 58 for each batch of a hundred. Otherwise a
 * fifth of it to one.
 */
const LARGE = IS_ALL
  ? { records: 10_000, destinations: 5, calls: 5_800, deaths: [7, 160, 700, 1_501, 2_603, 4_444, 5_000] }
  : { records: 2_000, destinations: 1, calls: 380, deaths: [7, 60, 161, 303] };

test('a large request arrives whole, however often its router dies', { timeout: 300_000 }, async () => {
  const { records, destinations, calls, deaths } = LARGE;
  const run = await routingWorld({
    bodies: [recordsOf(records)],
    destinations,
    // Each death takes back what its last slice had sent.
    faults: new Map(deaths.map((call, index) => [call, index % 2 === 0 ? 'killed-after' : 'killed-before'])),
  });
  expect(wrongs(run, records * destinations)).toEqual([]);
  // A death costs the rest of one batch of a hundred, not the whole request.
  expect(run.calls.length).toBeLessThan(calls + deaths.length * (calls / (records / 100)));
});

test('with 15 ms for each call nothing is late, and nothing is lost', { timeout: 120_000 }, async () => {
  const run = await routingWorld({ bodies: [recordsOf(500)], destinations: 5, delayMs: 15 });
  expect(wrongs(run, 2_500)).toEqual([]);
});
