import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dynamodbDeliveryLog } from '../../../../functions/adapters/dynamodb/deliveries/log.ts';
import type { Delivery, DeliveryMessage } from '../../../../functions/core/model/wire/delivery.ts';
import { jsonError } from '../../aws-fake.ts';
import { clockAt, type DynamodbTable, dynamodbTable, noWait } from '../../dynamodb-table.ts';
import { aMessage, anAttempt } from '../../records.ts';

let db: DynamodbTable;
beforeAll(async () => {
  db = await dynamodbTable();
});
afterAll(async () => db.close());

const NOW = '2026-01-15T15:00:00.000Z';
const LEASE = '2026-01-15T15:00:25.000Z';
const AFTER_LEASE = '2026-01-15T15:00:25.001Z';
const never = async () => new Promise<void>(() => {});
const failedOnce = anAttempt({ outcome: 'retry', reason: 'timeout', next_due_at: LEASE });

let worlds = 0;

/** Deliveries of one batch, and the worker that has it. */
function aBatch({ moment = never }: { moment?: () => Promise<unknown> } = {}) {
  worlds += 1;
  const world = worlds;
  const clock = clockAt(NOW);
  const worker = () => dynamodbDeliveryLog({ ...db, clock, retentionDays: 90, wait: noWait, moment });
  const log = worker();
  const message = (index: number, given: Partial<DeliveryMessage> = {}) =>
    aMessage({ delivery_id: `w${world}-${index}`, alert_id: `w${world}-alert-${index}`, ...given });
  const claim = async (index: number, given: Partial<DeliveryMessage> = {}, by = log): Promise<Delivery> => {
    const result = await by.claim(message(index, given), LEASE);
    if (result.claim !== 'granted') throw new Error(`claim is ${JSON.stringify(result)}`);
    return { ...result.delivery, body_sha256: 'abc' };
  };
  const row = async (index: number) => {
    const { delivery_id: id } = message(index);
    const Key = { pk: `DELIVERY#${id}`, sk: 'DELIVERY' };
    const { Item = {} } = await db.client.call('GetItem', { TableName: db.table, Key, ConsistentRead: true });
    return Item;
  };
  const from = db.calls.length;
  const writes = () =>
    db.calls
      .slice(from)
      .map(({ operation }) => operation)
      .filter((operation) => operation !== 'GetItem');
  return { clock, log, worker, message, claim, row, writes };
}

const down = () => jsonError('InternalServerError', 500);

describe('the records of one batch', () => {
  test('are one call when all of it was delivered', async () => {
    const { claim, log, row, writes } = aBatch();
    const all = await Promise.all(Array.from({ length: 10 }, async (_, index) => claim(index)));
    await Promise.all(all.map(async (delivery) => log.record(delivery, anAttempt(), 'delivered')));
    expect(writes()).toEqual([...all.map(() => 'PutItem'), 'BatchWriteItem']);
    for (const index of all.keys())
      expect(await row(index)).toMatchObject({ state: 'delivered', attempts: [anAttempt()] });
  });

  test('are at most 25 to a call', async () => {
    const { claim, log, writes } = aBatch();
    const all = await Promise.all(Array.from({ length: 26 }, async (_, index) => claim(index)));
    await Promise.all(all.map(async (delivery) => log.record(delivery, anAttempt(), 'delivered')));
    expect(writes().filter((operation) => operation === 'BatchWriteItem')).toHaveLength(2);
  });

  test('hold, each, what a conditional update would have left', async () => {
    const { claim, log, row } = aBatch();
    await log.record(await claim(0), anAttempt(), 'delivered');
    // The client asks twice.
    db.breakNext('BatchWriteItem', down);
    db.breakNext('BatchWriteItem', down);
    await log.record(await claim(1), anAttempt(), 'delivered');
    const withoutNumber = async (index: number): Promise<unknown> =>
      JSON.parse(JSON.stringify(await row(index)).replaceAll(/-[01]"/gu, '"'));
    expect(await withoutNumber(0)).toEqual(await withoutNumber(1));
  });

  test('wait for a slow receiver for a moment only', async () => {
    const moment = Promise.withResolvers<void>();
    const { claim, log, row, writes } = aBatch({ moment: async () => moment.promise });
    const [slow, ...fast] = await Promise.all([claim(0), claim(1), claim(2)]);
    const recorded = Promise.all(
      fast.map(async (delivery) => log.record(delivery, anAttempt(), 'delivered')),
    );
    expect(await row(1)).toMatchObject({ state: 'sending' });
    moment.resolve();
    await recorded;
    expect(await row(0)).toMatchObject({ state: 'sending' });
    expect(await row(1)).toMatchObject({ state: 'delivered' });
    await log.record(slow, anAttempt(), 'delivered');
    expect(await row(0)).toMatchObject({ state: 'delivered' });
    expect(writes().filter((operation) => operation === 'BatchWriteItem')).toHaveLength(2);
  });

  test('wait for nobody whose claim was not granted, or who failed to deliver', async () => {
    const { claim, log, message, row } = aBatch();
    const [first, second] = [await claim(0), await claim(1)];
    expect(await log.claim(message(1), LEASE)).toEqual({ claim: 'busy' });
    db.breakNext('PutItem', down);
    db.breakNext('PutItem', down);
    await expect(claim(2)).rejects.toThrow('InternalServerError');
    const recorded = log.record(first, anAttempt(), 'delivered');
    await log.record(second, failedOnce, 'pending');
    await recorded;
    expect(await row(0)).toMatchObject({ state: 'delivered' });
    expect(await row(1)).toMatchObject({ state: 'pending' });
  });

  test('do not wait for one that ended in a bug, once its lease is over', async () => {
    const { claim, log, clock, row } = aBatch();
    await claim(0);
    clock.at = Date.parse(AFTER_LEASE);
    const result = await log.claim(aBatch().message(1), '2026-01-15T15:00:50.000Z');
    if (result.claim !== 'granted') throw new Error('not granted');
    await log.record(result.delivery, anAttempt(), 'delivered');
    expect(await row(0)).toMatchObject({ state: 'sending' });
  });
});

describe('a record goes alone and under its condition', () => {
  test.each([
    ['of a retry', {}, failedOnce, 'pending'],
    ['of a dead letter', {}, anAttempt({ outcome: 'failed', reason: 'receiver-rejected' }), 'dead'],
    ['of a mail', { channel: 'email', recipient: 'ops@example.com' }, anAttempt(), 'delivered'],
  ] as const)('when it is that %s', async (_name, given, attempt, state) => {
    const { claim, log, row, writes } = aBatch();
    await log.record(await claim(0, given), attempt, state);
    expect(writes()).toEqual([state === 'delivered' ? 'UpdateItem' : 'PutItem', 'UpdateItem']);
    expect(await row(0)).toMatchObject({ state });
  });

  test('when a worker before this one died, which may have sent the next attempt', async () => {
    const { claim, log, message, worker, clock, row, writes } = aBatch();
    await claim(0, {}, worker());
    clock.at = Date.parse(AFTER_LEASE);
    const again = await log.claim(message(0), '2026-01-15T15:00:50.001Z');
    if (again.claim !== 'granted') throw new Error(`claim is ${JSON.stringify(again)}`);
    await claim(0, { attempt: 2 }, worker());
    await log.record(again.delivery, anAttempt(), 'delivered');
    expect(writes()).not.toContain('BatchWriteItem');
    // The next attempt is under way: its number stays, so that its record finds the row as it left it.
    expect(await row(0)).toMatchObject({ state: 'delivered', attempt: 2, attempts: [anAttempt()] });
  });

  test('when the lease is nearly over, so that it cannot overwrite the claim of another worker', async () => {
    const { claim, log, worker, clock, row, writes } = aBatch();
    const slow = await claim(0);
    clock.at = Date.parse(LEASE) - 5_000;
    const recorded = log.record(slow, anAttempt(), 'delivered');
    await recorded;
    expect(writes()).toEqual(['PutItem', 'UpdateItem']);
    const late = await claim(1);
    clock.at = Date.parse(AFTER_LEASE);
    const other = await claim(1, {}, worker());
    await log.record(late, failedOnce, 'pending');
    expect(await row(1)).toMatchObject({ state: 'pending' });
    expect(other.attempt).toBe(1);
  });

  test('when the table left it unprocessed, and is in the log once', async () => {
    const { claim, log, row, writes } = aBatch();
    const deliveries = [await claim(0), await claim(1)];
    db.breakNext('BatchWriteItem', ({ body }) => {
      const { RequestItems } = JSON.parse(body) as { RequestItems: Record<string, unknown[]> };
      return { body: JSON.stringify({ UnprocessedItems: RequestItems }) };
    });
    await Promise.all(deliveries.map(async (delivery) => log.record(delivery, anAttempt(), 'delivered')));
    expect(writes().slice(-3)).toEqual(['BatchWriteItem', 'UpdateItem', 'UpdateItem']);
    for (const index of [0, 1])
      expect(await row(index)).toMatchObject({ state: 'delivered', attempts: [anAttempt()] });
  });

  test('when the answer of the shared call is lost, and is in the log once', async () => {
    const { claim, log, row } = aBatch();
    const deliveries = [await claim(0), await claim(1)];
    // The client asks twice.
    db.breakNext('BatchWriteItem', 'lost-answer');
    db.breakNext('BatchWriteItem', 'lost-answer');
    await Promise.all(deliveries.map(async (delivery) => log.record(delivery, anAttempt(), 'delivered')));
    for (const index of [0, 1])
      expect(await row(index)).toMatchObject({ state: 'delivered', attempts: [anAttempt()] });
  });

  test('when the shared call fails; a table that stays down is thrown', async () => {
    const { claim, log } = aBatch();
    const delivery = await claim(0);
    for (let call = 0; call < 2; call += 1) db.breakNext('BatchWriteItem', down);
    for (let call = 0; call < 6; call += 1) db.breakNext('UpdateItem', down);
    await expect(log.record(delivery, anAttempt(), 'delivered')).rejects.toThrow('InternalServerError');
  });
});
