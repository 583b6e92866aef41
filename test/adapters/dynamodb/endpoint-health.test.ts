import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dynamodbDestinationPauses } from '../../../functions/adapters/dynamodb/destination-pauses.ts';
import { dynamodbDestinationRegistry } from '../../../functions/adapters/dynamodb/destinations.ts';
import { dynamodbConfigStore } from '../../../functions/adapters/operator/config-store.ts';
import { failureRows } from '../../../functions/core/deliver/webhook/endpoint/failure-row.ts';
import { dynamodbEndpointHealth } from '../../../functions/adapters/dynamodb/endpoint-health.ts';
import { clockAt, type DynamodbTable, dynamodbTable } from '../dynamodb-table.ts';
import { aWebhook } from '../records.ts';

let db: DynamodbTable;
beforeAll(async () => {
  db = await dynamodbTable();
});
afterAll(async () => db.close());

const NOW = '2026-01-15T15:00:00.000Z';
const UNTIL = '2026-01-15T15:01:00.000Z';
let destinations = 0;

/** Two functions that look at the same endpoint, each with its own memory. */
function anEndpoint() {
  destinations += 1;
  const id = `dst_${destinations}`;
  const clock = clockAt(NOW);
  const worker = () => {
    const health = dynamodbEndpointHealth({ ...db, clock });
    return { ...health, ...failureRows(health) };
  };
  return { id, clock, mine: worker(), theirs: worker() };
}

describe('the health of an endpoint', () => {
  test('is unknown until it fails, and asking is remembered for five seconds', async () => {
    const { id, clock, mine, theirs } = anEndpoint();
    const reads = () =>
      db.calls.filter(({ operation, body }) => operation === 'GetItem' && body.includes(`#${id}"`)).length;
    expect(await mine.find(id)).toBeUndefined();
    expect(await mine.find(id)).toBeUndefined();
    expect(reads()).toBe(1);
    await theirs.count(id, clock.at);
    clock.at += 4_999;
    expect(await mine.find(id)).toBeUndefined();
    clock.at += 1;
    expect(await mine.find(id)).toEqual({ failures: 1, openings: 0 });
  });

  test('counts failures of all workers, and each knows at once what it counted', async () => {
    const { id, clock, mine, theirs } = anEndpoint();
    await mine.find(id);
    await Promise.all(
      Array.from({ length: 6 }, async (_, index) => (index % 2 ? mine : theirs).count(id, clock.at)),
    );
    expect(await mine.count(id, clock.at)).toEqual({ failures: 7, openings: 0 });
    expect(await mine.find(id)).toEqual({ failures: 7, openings: 0 });
  });

  test('does not count while the breaker is open, and opens once', async () => {
    const { id, clock, mine, theirs } = anEndpoint();
    await mine.count(id, clock.at);
    await Promise.all([
      mine.change(id, { change: 'open', openings: 1, untilMs: Date.parse(UNTIL) }),
      theirs.change(id, { change: 'open', openings: 1, untilMs: Date.parse(UNTIL) }),
      mine.change(id, { change: 'open', openings: 2, untilMs: Date.parse('2026-01-16T00:00:00.000Z') }),
    ]);
    const opened = await mine.find(id);
    expect(opened).toMatchObject({ failures: 1 });
    expect(await mine.count(id, clock.at)).toBeUndefined();
    expect(await mine.find(id)).toEqual(opened);
    clock.at = Date.parse(opened?.openUntil ?? NOW);
    expect(await theirs.count(id, clock.at)).toMatchObject({ failures: 2 });
  });

  test('has one probe at a time, and another when that one is not heard of again', async () => {
    const { id, clock, mine, theirs } = anEndpoint();
    await mine.count(id, clock.at);
    await mine.change(id, { change: 'open', openings: 1, untilMs: Date.parse(UNTIL) });
    const probeUntil = '2026-01-15T15:01:30.000Z';
    expect(await theirs.change(id, { change: 'probe', untilMs: Date.parse(probeUntil) })).toBeUndefined();
    clock.at = Date.parse(UNTIL);
    const claims = await Promise.all(
      Array.from({ length: 8 }, async (_, index) =>
        (index % 2 ? mine : theirs).change(id, { change: 'probe', untilMs: Date.parse(probeUntil) }),
      ),
    );
    expect(claims.filter(Boolean)).toHaveLength(1);
    clock.at = Date.parse(probeUntil);
    expect(
      await mine.change(id, { change: 'probe', untilMs: Date.parse('2026-01-15T15:02:00.000Z') }),
    ).toBeDefined();
  });

  test('is closed by a success, for everybody who waits for the probe as well', async () => {
    const { id, clock, mine, theirs } = anEndpoint();
    await mine.count(id, clock.at);
    await mine.change(id, { change: 'open', openings: 1, untilMs: Date.parse(UNTIL) });
    clock.at = Date.parse(UNTIL);
    await mine.change(id, { change: 'probe', untilMs: Date.parse('2026-01-15T15:01:30.000Z') });
    await mine.change(id, { change: 'close' });
    expect(await mine.find(id)).toEqual({ failures: 0, openings: 0 });
    expect(
      await theirs.change(id, { change: 'probe', untilMs: Date.parse('2026-01-15T15:01:30.000Z') }),
    ).toBeUndefined();
    expect(await theirs.find(id, { isFresh: true })).toEqual({ failures: 0, openings: 0 });
  });

  test('has no failures in a row where a success of the same worker came between', async () => {
    const { id, clock, mine, theirs } = anEndpoint();
    const at = (ms: number) => clock.at + ms;
    for (const worker of [mine, theirs]) await worker.count(id, at(0));
    // Ended before a success that nobody wrote down.
    mine.sawSuccess(id, at(20));
    expect(await mine.count(id, at(10))).toBeUndefined();
    expect(await theirs.count(id, at(10))).toMatchObject({ failures: 3 });
    // Ended after it: what all of them had counted until then is over.
    expect(await mine.count(id, at(30))).toEqual({ failures: 1, openings: 0 });
    // Ended after a success too, but somebody has counted one that came after that.
    theirs.sawSuccess(id, at(25));
    expect(await theirs.count(id, at(40))).toEqual({ failures: 2, openings: 0 });
    expect(await mine.count(id, at(50))).toEqual({ failures: 3, openings: 0 });
  });

  test('counts every failure of a batch that follows on a success', async () => {
    const { id, clock, mine } = anEndpoint();
    await mine.count(id, clock.at);
    mine.sawSuccess(id, clock.at + 10);
    await Promise.all(Array.from({ length: 5 }, async () => mine.count(id, clock.at + 20)));
    expect(mine.recall(id)).toMatchObject({ failures: 5 });
  });

  test('does not begin a row while the breaker is open', async () => {
    const { id, clock, mine, theirs } = anEndpoint();
    await theirs.count(id, clock.at);
    await theirs.change(id, { change: 'open', openings: 1, untilMs: Date.parse(UNTIL) });
    mine.sawSuccess(id, clock.at + 10);
    expect(await mine.count(id, clock.at + 20)).toBeUndefined();
    expect(await mine.find(id)).toMatchObject({ failures: 1, openUntil: UNTIL });
  });

  test('is asked for once by a whole batch', async () => {
    const { id, mine } = anEndpoint();
    await Promise.all(Array.from({ length: 10 }, async () => mine.find(id)));
    const reads = db.calls.filter(
      ({ operation, body }) => operation === 'GetItem' && body.includes(`#${id}"`),
    );
    expect(reads).toHaveLength(1);
  });

  test('is recalled as it was last heard of, by whoever heard', async () => {
    const { id, clock, mine, theirs } = anEndpoint();
    expect(mine.recall(id)).toBeUndefined();
    await mine.count(id, clock.at);
    clock.at += 60_000;
    expect(mine.recall(id)).toEqual({ failures: 1, openings: 0 });
    expect(theirs.recall(id)).toBeUndefined();
    await mine.change(id, { change: 'close' });
    expect(mine.recall(id)).toEqual({ failures: 0, openings: 0 });
  });

  test('says that it is slow, written once by a whole batch, until somebody finds it fast', async () => {
    const { id, clock, mine, theirs } = anEndpoint();
    await mine.change(id, { change: 'slow', untilMs: Date.parse(UNTIL), unlessAfterMs: Date.parse(NOW) });
    expect(mine.recall(id)).toEqual({ failures: 0, openings: 0, slowUntil: UNTIL });
    // Known to be slow for longer than that.
    await theirs.change(id, {
      change: 'slow',
      untilMs: Date.parse('2026-01-15T15:01:10.000Z'),
      unlessAfterMs: Date.parse('2026-01-15T15:00:40.000Z'),
    });
    expect(await theirs.find(id)).toEqual({ failures: 0, openings: 0, slowUntil: UNTIL });
    await theirs.count(id, clock.at);
    await theirs.change(id, { change: 'close' });
    expect(await theirs.find(id)).toEqual({ failures: 0, openings: 0, slowUntil: UNTIL });
    await mine.change(id, { change: 'fast', slowUntil: UNTIL });
    expect(await mine.find(id)).toEqual({ failures: 0, openings: 0 });
  });

  test('stays slow when it was found slow again meanwhile', async () => {
    const { id, clock, mine, theirs } = anEndpoint();
    await mine.change(id, { change: 'slow', untilMs: Date.parse(UNTIL), unlessAfterMs: Date.parse(NOW) });
    await theirs.change(id, {
      change: 'slow',
      untilMs: Date.parse('2026-01-15T15:02:00.000Z'),
      unlessAfterMs: Date.parse(UNTIL),
    });
    await mine.change(id, { change: 'fast', slowUntil: UNTIL });
    clock.at += 5_000;
    expect(await mine.find(id)).toMatchObject({ slowUntil: '2026-01-15T15:02:00.000Z' });
  });

  test('that was never bad is not written by a success', async () => {
    const { id, mine, theirs } = anEndpoint();
    await mine.change(id, { change: 'close' });
    expect(await theirs.find(id)).toBeUndefined();
  });
});

describe('a pause', () => {
  async function aDestination() {
    destinations += 1;
    const hook = aWebhook({
      id: `dst_p${destinations}`,
      name: `hook ${destinations}`,
      version: 3,
      format: 'tocsin',
    });
    const store = dynamodbConfigStore(db);
    await store.create('destination', hook);
    const pauses = dynamodbDestinationPauses({ ...db, clock: clockAt(NOW) });
    const find = async () => dynamodbDestinationRegistry(db).find(hook.id);
    return { hook, store, pauses, find };
  }

  test('disables the destination and says why, as a new version', async () => {
    const { hook, pauses, find } = await aDestination();
    await pauses.pause(hook, 'receiver-gone');
    const paused = { ...hook, isEnabled: false, pausedBecause: 'receiver-gone', version: 4, updatedAt: NOW };
    expect(await find()).toEqual(paused);
    await pauses.pause(hook, 'receiver-gone');
    expect(await find()).toEqual(paused);
  });

  test('leaves alone what was mended meanwhile', async () => {
    const { hook, store, pauses, find } = await aDestination();
    const mended = { ...hook, url: 'https://new.example/', version: 4 };
    await store.update('destination', hook, mended);
    await pauses.pause(hook, 'receiver-gone');
    expect(await find()).toEqual(mended);
  });

  test('of a destination that was deleted makes none', async () => {
    const { hook, store, pauses, find } = await aDestination();
    const stored = await store.locate('destination', hook.id);
    expect(await store.delete(stored ?? expect.fail('it is not there'))).toBe('changed');
    await pauses.pause(hook, 'receiver-gone');
    expect(await find()).toBeUndefined();
  });
});
