import { describe, expect, test } from 'vitest';
import type { ProxyFault } from './aws-proxy.ts';
import { recordsOf, routingWorld } from './routing-world.ts';

/** Every case with `TOCSIN_FAULTS=all`; a few of them, always the same, in the usual run. */
const IS_ALL = process.env['TOCSIN_FAULTS'] === 'all';
const FAULTS: ProxyFault[] = ['refused', 'lost-answer', 'killed-before', 'killed-after'];
const PATIENCE = { timeout: IS_ALL ? 3_600_000 : 120_000 };

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
    const step = IS_ALL ? 1 : Math.ceil(calls.length / 4);
    for (let index = 0; index < calls.length; index += step) {
      const run = await routingWorld({ ...world, faults: new Map([[index, fault]]) });
      const at = `${String(index)} ${run.calls[index] ?? ''}`;
      expect({ at, wrongs: wrongs(run, deliveries) }).toEqual({ at, wrongs: [] });
    }
  });
});

test(
  'the largest request for five destinations arrives whole, however often its router dies',
  { timeout: 300_000 },
  async () => {
    // Of the 5,800 calls of an undisturbed run; each death takes back what its last slice had sent.
    const deaths = [7, 160, 700, 1_501, 2_603, 4_444, 5_000];
    const run = await routingWorld({
      bodies: [recordsOf(10_000)],
      destinations: 5,
      faults: new Map(
        deaths.map((call, index) => [call, index % 2 === 0 ? 'killed-after' : 'killed-before']),
      ),
    });
    expect(wrongs(run, 50_000)).toEqual([]);
    // A batch is some 58 calls; a death costs the rest of one slice, not the whole request.
    expect(run.calls.length).toBeLessThan(5_800 + deaths.length * 58);
  },
);

test('with 15 ms for each call nothing is late, and nothing is lost', { timeout: 120_000 }, async () => {
  const run = await routingWorld({ bodies: [recordsOf(500)], destinations: 5, delayMs: 15 });
  expect(wrongs(run, 2_500)).toEqual([]);
});
