import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
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
    ...storedWrongs(run, deliveries),
    ...(run.deadLetters.length === 0 ? [] : ['a dead letter']),
  ];
}

/** Every alert that a 202 vouched for is listed, once, with whom it is owed to; and nothing else but what Tocsin raised. */
function storedWrongs(
  { answers, stored }: Awaited<ReturnType<typeof routingWorld>>,
  deliveries: number,
): string[] {
  const accepted = answers.flatMap(
    ({ body = '{}' }) => (JSON.parse(body) as { alert_ids?: string[] }).alert_ids ?? [],
  );
  const own = new Map(Map.groupBy(stored, ({ id }) => id));
  const owed = deliveries / accepted.length;
  const wrong = accepted.filter((id) => own.get(id)?.length !== 1 || own.get(id)?.[0]?.owed !== owed);
  const isAccepted = new Set(accepted);
  const strangers = stored.filter(({ id, owed: count }) => !isAccepted.has(id) && count > 0);
  return [
    ...wrong.slice(0, 3).map((id) => `${id} is listed ${JSON.stringify(own.get(id))}`),
    ...strangers.map(({ id }) => `${id} was never accepted`),
  ];
}

/** Ten neighbours of which every other one is too long for their sheet, so that their message is cut into parts. */
const longAndShort = gzipSync(
  Array.from({ length: 10 }, (_, index) =>
    JSON.stringify({ title: `n ${String(index)}`, ...(index % 2 === 0 && { log: noise(index) }) }),
  ).join('\n'),
);

/** Text that does not compress. */
function noise(index: number): string {
  return createHash('shake256', { outputLength: 165_000 }).update(String(index)).digest('base64');
}

describe.each([
  { name: 'a request of two messages', world: { bodies: [recordsOf(30)], destinations: 2 }, deliveries: 60 },
  {
    name: 'a batch that is two slices',
    world: { bodies: [recordsOf(80), recordsOf(45, 'm')], destinations: 1 },
    deliveries: 125,
  },
  {
    name: 'a message that was cut within a sheet',
    world: { bodies: [longAndShort], destinations: 1 },
    deliveries: 10,
  },
  // Nobody is told of the alerts; the system alert of their hour has nobody to go to.
  { name: 'what reaches nobody', world: { bodies: [recordsOf(3)], destinations: 0 }, deliveries: 0 },
])('$name', ({ world, deliveries }) => {
  let calls: readonly string[] = [];
  beforeAll(async () => {
    ({ calls } = await routingWorld(world));
  });

  test.each(FAULTS)('ends the same when any one call of the router is %s', PATIENCE, async (fault) => {
    // Each kind of fault begins at another call, so that more of them are met.
    for (const index of someOf(indicesFrom(FAULTS.indexOf(fault), calls.length), 3)) {
      const run = await routingWorld({ ...world, faults: new Map([[index, fault]]) });
      const at = `${String(index)} ${run.calls[index] ?? ''}`;
      expect({ at, wrongs: wrongs(run, deliveries) }).toEqual({ at, wrongs: [] });
    }
  });
});

/** So many batches as kill each call of a router once before and once after it, each followed by a life that is let live. */
const AT_EACH_CALL = IS_ALL
  ? { records: 10_000, destinations: 4, step: 1 }
  : { records: 1_500, destinations: 1, step: 3 };

test('of neighbours that are too long together the message is cut', async () => {
  const { calls } = await routingWorld({ bodies: [longAndShort], destinations: 1 });
  // Parts of a sheet are added to it, each by a call of its own; whole ones are put.
  expect(calls).toContain('UpdateItem');
});

test('a large body arrives whole though a router dies at each of its calls', PATIENCE, async () => {
  const { records, destinations, step } = AT_EACH_CALL;
  const { calls } = await routingWorld({ bodies: [recordsOf(100)], destinations });
  const deaths = calls
    .map((_, call) => call)
    .filter((call) => call % step === 0)
    .flatMap((call) => (['killed-before', 'killed-after'] as const).map((fault) => [call, fault] as const));
  const run = await routingWorld({
    bodies: [recordsOf(records)],
    destinations,
    deathOf: (life) => (life % 2 === 0 ? deaths[life / 2] : undefined),
  });
  expect(run.lives).toBeGreaterThanOrEqual(2 * deaths.length);
  expect(wrongs(run, records * destinations)).toEqual([]);
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
