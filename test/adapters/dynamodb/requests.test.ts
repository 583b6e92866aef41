import { afterAll, beforeAll, expect, test } from 'vitest';
import { dynamodbRequestLedger } from '../../../functions/adapters/dynamodb/requests.ts';
import { dynamodbWatchList } from '../../../functions/adapters/dynamodb/watch-list.ts';
import { jsonError } from '../aws-fake.ts';
import { clockAt, type DynamodbTable, dynamodbTable } from '../dynamodb-table.ts';

let db: DynamodbTable;
beforeAll(async () => {
  db = await dynamodbTable();
});
afterAll(async () => db.close());

const NOW = '2026-01-15T15:00:00.000Z';
let sources = 0;

function aLedger() {
  sources += 1;
  const sourceId = `src_${sources}`;
  const clock = clockAt(NOW);
  const ledger = dynamodbRequestLedger({ ...db, clock });
  const claim = async (requestId: string, key = 'key', windowSeconds = 300) =>
    ledger.claim({
      sourceId,
      key,
      requestId,
      bodySha256: 'abc',
      receivedAt: NOW,
      windowSeconds,
      indexes: [[0, 0]],
    });
  return { sourceId, clock, ledger, claim };
}

const alerts = { indexes: [[0, 0]] };
const first = { requestId: 'first', bodySha256: 'abc', receivedAt: NOW, isConfirmed: false, alerts };

test('the first request with a key claims it, later ones are told of it', async () => {
  const { claim } = aLedger();
  expect(await claim('first')).toEqual({});
  expect(await claim('second')).toEqual({ earlier: first });
  expect(await claim('third', 'other key')).toEqual({});
});

test('keys of different sources are different keys', async () => {
  expect(await aLedger().claim('first')).toEqual({});
  expect(await aLedger().claim('second')).toEqual({});
});

test('of many at once one claims the key, and all others are told of that one', async () => {
  const { claim } = aLedger();
  const results = await Promise.all(
    Array.from({ length: 10 }, async (_, index) => claim(`request-${index}`)),
  );
  const winners = results.filter(({ earlier }) => earlier === undefined);
  const told = new Set(results.flatMap(({ earlier }) => (earlier === undefined ? [] : [earlier.requestId])));
  expect(winners).toHaveLength(1);
  expect(told.size).toBe(1);
});

test('a confirmation is remembered', async () => {
  const { claim, ledger, sourceId } = aLedger();
  await claim('first');
  await ledger.confirm(sourceId, 'key');
  expect(await claim('second')).toEqual({ earlier: { ...first, isConfirmed: true } });
});

test('a confirmation of what is gone leaves nothing behind', async () => {
  const { claim, ledger, sourceId } = aLedger();
  await ledger.confirm(sourceId, 'key');
  expect(await claim('first')).toEqual({});
});

test('the key is free again after the window, whether or not the item was deleted', async () => {
  const { claim, clock } = aLedger();
  await claim('first');
  clock.at += 300_000;
  expect(await claim('second')).toEqual({ earlier: first });
  clock.at += 1_000;
  expect(await claim('third')).toEqual({});
});

test.each([60, 119, 240])(
  'a request whose window ended after %d s, before anybody looked at it, is watched when another takes its record',
  async (windowSeconds) => {
    const { claim, clock, sourceId } = aLedger();
    const first = `first-${sourceId}`;
    await claim(first, 'key', windowSeconds);
    clock.at += (windowSeconds + 1) * 1_000;
    expect(await claim('second', 'key', windowSeconds)).toEqual({});
    expect(await claim('third', 'key', windowSeconds)).toMatchObject({ earlier: { requestId: 'second' } });
    const list = dynamodbWatchList({ ...db, clock, retentionDays: 90 });
    expect((await list.requests()).filter(({ id }) => id === first)).toEqual([
      {
        id: first,
        kind: 'request',
        request: { requestId: first, sourceId, receivedAt: NOW, indexes: [[0, 0]] },
        isLost: false,
      },
    ]);
  },
);

test('a request that was looked at is replaced by one write', async () => {
  const { claim, clock, sourceId } = aLedger();
  await claim(`first-${sourceId}`);
  clock.at += 301_000;
  const before = db.calls.length;
  expect(await claim('second')).toEqual({});
  expect(db.calls.length - before).toBe(1);
});

test('a record that could not be put on the watch list is not replaced', async () => {
  const { claim, clock, sourceId } = aLedger();
  const first = `first-${sourceId}`;
  await claim(first, 'key', 60);
  clock.at += 61_000;
  db.breakNext('PutItem', 'pass');
  db.breakNext('PutItem', () => jsonError('ValidationException'));
  await expect(claim('second', 'key', 60)).rejects.toThrow('ValidationException');
  expect(await claim('third', 'key', 60)).toEqual({});
  const list = dynamodbWatchList({ ...db, clock, retentionDays: 90 });
  expect((await list.requests()).map(({ id }) => id)).toContain(first);
});

test('a claim whose answer is lost is not taken for an earlier request', async () => {
  const { claim } = aLedger();
  db.breakNext('PutItem', 'lost-answer');
  expect(await claim('first')).toEqual({});
});

test('the table keeps a hash of the key, and when to forget it', async () => {
  const { claim, sourceId } = aLedger();
  await claim('first', 'hello');
  const hash = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824';
  const { Item } = await db.client.call('GetItem', {
    TableName: db.table,
    Key: { pk: `REQUEST#${sourceId}#${hash}`, sk: 'REQUEST' },
  });
  expect(Item).toMatchObject({
    request_id: 'first',
    window_ends_at: Date.parse(NOW) / 1_000 + 300,
    // Longer than its message can lie in any queue.
    expires_at: Date.parse(NOW) / 1_000 + 18 * 86_400,
  });
});

test('a table that does not answer is thrown', async () => {
  const { claim } = aLedger();
  db.breakNext('PutItem', () => jsonError('InternalServerError', 500));
  db.breakNext('PutItem', () => jsonError('InternalServerError', 500));
  await expect(claim('first')).rejects.toThrow('InternalServerError');
});
