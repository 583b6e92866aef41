import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Delivery, DeliveryMessage } from '../../../../functions/core/model/wire/delivery.ts';
import { dynamodbDeliveryLog } from '../../../../functions/adapters/dynamodb/deliveries/log.ts';
import { jsonError } from '../../aws-fake.ts';
import { alertId } from '../../../../functions/core/model/wire/ids.ts';
import { clockAt, type DynamodbTable, dynamodbTable, noWait } from '../../dynamodb-table.ts';
import { aMessage, anAttempt } from '../../records.ts';

let db: DynamodbTable;
beforeAll(async () => {
  db = await dynamodbTable();
});
afterAll(async () => db.close());

const NOW = '2026-01-15T15:00:00.000Z';
const LEASE = '2026-01-15T15:01:00.000Z';
const AFTER_LEASE = '2026-01-15T15:01:00.001Z';

let deliveries = 0;

/** A log and a delivery of its own. */
function aLog() {
  deliveries += 1;
  const ids = {
    delivery_id: `delivery-${deliveries}`,
    alert_id: alertId('0c6a8d7e-0000-8000-8000-000000000001', deliveries),
  };
  const clock = clockAt(NOW);
  const log = dynamodbDeliveryLog({ ...db, clock, retentionDays: 90, wait: noWait });
  const message = (given: Partial<DeliveryMessage> = {}) => aMessage({ ...ids, ...given });
  const claim = async (given: Partial<DeliveryMessage> = {}) => log.claim(message(given), LEASE);
  const granted = async (given: Partial<DeliveryMessage> = {}): Promise<Delivery> => {
    const result = await claim(given);
    if (result.claim !== 'granted') throw new Error(`claim is ${JSON.stringify(result)}`);
    return result.delivery;
  };
  const row = async () => {
    const { Item } = await db.client.call('GetItem', {
      TableName: db.table,
      Key: { pk: `DELIVERY#${ids.delivery_id}`, sk: 'DELIVERY' },
    });
    return Item;
  };
  return { ids, clock, log, message, claim, granted, row };
}

const failedOnce = anAttempt({ outcome: 'retry', reason: 'timeout', next_due_at: LEASE });
const rejected = anAttempt({ outcome: 'failed', reason: 'receiver-rejected' });

describe('a claim', () => {
  test('that was taken before the clock jumped back by two hours is over', async () => {
    const { clock, claim, granted } = aLog();
    await granted();
    clock.at -= 7_200_000;
    expect(await claim()).toMatchObject({ claim: 'granted', claims: 2 });
  });

  test('after such a jump may meet the end of the worker before it: what that worker delivered stays delivered', async () => {
    const { clock, log, granted, claim, message, row } = aLog();
    const first = await granted();
    clock.at -= 7_200_000;
    const elsewhere = dynamodbDeliveryLog({ ...db, clock, retentionDays: 90, wait: noWait });
    const second = await elsewhere.claim(message(), LEASE);
    if (second.claim !== 'granted') return expect.fail(second.claim);
    // The first worker writes its whole row over the claim of the second one, whose attempt then fails.
    await log.record(first, anAttempt(), 'delivered');
    await elsewhere.record(second.delivery, failedOnce, 'pending');
    expect(await row()).toMatchObject({ state: 'delivered', attempts: [{ outcome: 'delivered' }] });
    expect(await claim({ attempt: 2 })).toEqual({ claim: 'settled', state: 'delivered' });
  });

  test('of a new delivery is granted and makes its row, the key of its index and expiry included', async () => {
    const { ids, granted, row } = aLog();
    const delivery = await granted({ recipient: 'ops@example.com', channel: 'email' });
    expect(delivery).toEqual({
      id: ids.delivery_id,
      alert_id: ids.alert_id,
      destination_id: 'dst_1',
      channel: 'email',
      recipient: 'ops@example.com',
      state: 'sending',
      attempt: 1,
      round: 1,
      created_at: '2026-01-15T14:23:01.000Z',
      updated_at: NOW,
      lease_until: LEASE,
      attempts: [],
    });
    expect(await row()).toMatchObject({
      time_pk: 'DELIVERIES#dst_1#2026-01-15',
      time_sk: `2026-01-15T14:23:01.000Z#${ids.delivery_id}`,
      expires_at: Date.parse(NOW) / 1_000 + 90 * 86_400,
    });
  });

  test('of many workers at once is granted to one', async () => {
    const { claim } = aLog();
    const results = await Promise.all(Array.from({ length: 20 }, async () => claim()));
    expect(results.filter((result) => result.claim === 'granted')).toHaveLength(1);
    expect(results.filter((result) => result.claim === 'busy')).toHaveLength(19);
  });

  test('is busy until the lease ends, and granted after it', async () => {
    const { claim, granted, clock } = aLog();
    await granted();
    clock.at = Date.parse(LEASE);
    expect(await claim()).toEqual({ claim: 'busy' });
    clock.at = Date.parse(AFTER_LEASE);
    expect((await granted()).attempt).toBe(1);
  });

  test('of the next attempt is granted, and the one before is settled from then on', async () => {
    const { claim, granted, log } = aLog();
    await log.record(await granted(), failedOnce, 'pending');
    const second = await granted({ attempt: 2 });
    expect(second).toMatchObject({ attempt: 2, state: 'sending' });
    expect(second).not.toHaveProperty('reason');
    expect(second).not.toHaveProperty('due_at');
    expect(await claim({ attempt: 1 })).toEqual({ claim: 'settled', state: 'sending' });
  });

  test('of an attempt that was recorded is settled', async () => {
    const { claim, granted, log } = aLog();
    await log.record(await granted(), failedOnce, 'pending');
    expect(await claim()).toEqual({ claim: 'settled', state: 'pending' });
  });

  test('of a delivered delivery is settled, unless a new round asks for it again', async () => {
    const { claim, granted, log } = aLog();
    await log.record(await granted(), anAttempt(), 'delivered');
    const state = { claim: 'settled', state: 'delivered' };
    expect(await claim({ attempt: 2, round: 2 })).toEqual(state);
    expect(await claim({ attempt: 2, is_again: true })).toEqual(state);
    expect(await granted({ attempt: 2, round: 2, is_again: true })).toMatchObject({ state: 'sending' });
  });

  test('of a suppressed delivery is settled until a new round asks for it', async () => {
    const { claim, granted, log, message } = aLog();
    await granted();
    await log.suppress(message(), 'destination-disabled');
    expect(await claim({ attempt: 2 })).toEqual({ claim: 'settled', state: 'suppressed' });
    expect(await granted({ attempt: 2, round: 2 })).toMatchObject({ state: 'sending', round: 2 });
  });

  test('counts the claims since the last record', async () => {
    const { claim, granted, log, clock } = aLog();
    await granted();
    clock.at = Date.parse(AFTER_LEASE);
    const second = await claim();
    expect(second).toMatchObject({ claim: 'granted', claims: 2 });
    await log.record(await granted({ attempt: 2 }), { ...failedOnce, number: 2 }, 'pending');
    expect(await claim({ attempt: 3 })).toMatchObject({ claim: 'granted', claims: 1 });
  });

  test('of a new webhook makes in one put the row that an update makes for a mail', async () => {
    const from = db.calls.length;
    const [put, updated] = [aLog(), aLog()];
    await put.granted();
    await updated.granted({ channel: 'email' });
    expect(db.calls.slice(from).map(({ operation }) => operation)).toEqual(['PutItem', 'UpdateItem']);
    const shape = async ({ row, ids }: ReturnType<typeof aLog>) => {
      const text = JSON.stringify(await row(), Object.keys((await row()) ?? {}).sort());
      // Each id has its own shard.
      const same = text.replaceAll(/(DELIVERIES#[^"]+)#\d+/g, '$1');
      return (JSON.parse(same.replaceAll(ids.delivery_id, 'id').replaceAll(ids.alert_id, 'alert')) ??
        {}) as object;
    };
    const differences = { channel: 'webhook', claim_token: expect.any(String) as string };
    expect(await shape(put)).toEqual({ ...(await shape(updated)), ...differences });
  });

  test.each([
    ['of a later attempt', { attempt: 2 }],
    ['of a later round', { round: 2 }],
    ['of an attempt that was put back', { deferrals: 1 }],
  ])('%s tries no put, for its row is there', async (_name, given) => {
    const { granted } = aLog();
    const from = db.calls.length;
    await granted(given);
    expect(db.calls.slice(from).map(({ operation }) => operation)).toEqual(['UpdateItem']);
  });

  test.each([
    ['PutItem', {}],
    ['UpdateItem', { channel: 'email' }],
  ] as const)('whose answer is lost is counted once (%s)', async (operation, given) => {
    const { claim } = aLog();
    db.breakNext(operation, 'lost-answer');
    expect(await claim(given)).toMatchObject({ claim: 'granted', claims: 1 });
  });

  test('of a dead letter needs a new round, and two redrives of it send once', async () => {
    const { claim, granted, log } = aLog();
    await log.record(await granted(), rejected, 'dead');
    expect(await claim({ attempt: 2 })).toEqual({ claim: 'settled', state: 'dead' });
    const redriven = { attempt: 2, round: 2, first_attempt: 2 };
    expect(await granted(redriven)).toMatchObject({ attempt: 2, round: 2, state: 'sending' });
    expect(await claim(redriven)).toEqual({ claim: 'busy' });
  });

  test.each([
    ['PutItem', {}],
    ['UpdateItem', { channel: 'email' }],
  ] as const)('whose answer is lost is still granted to its worker (%s)', async (operation, given) => {
    const { granted, claim } = aLog();
    db.breakNext(operation, 'lost-answer');
    expect(await granted(given)).toMatchObject({ state: 'sending', attempt: 1 });
    expect(await claim(given)).toEqual({ claim: 'busy' });
  });

  test.each([
    ['PutItem', {}],
    ['UpdateItem', { channel: 'email' }],
  ] as const)('that the table cannot answer is thrown (%s)', async (operation, given) => {
    const { claim } = aLog();
    const down = () => jsonError('InternalServerError', 500);
    db.breakNext(operation, down);
    db.breakNext(operation, down);
    await expect(claim(given)).rejects.toThrow('InternalServerError');
  });
});

/** A row that events may be added to meanwhile, so that its records are conditional updates. */
const BY_MAIL = { channel: 'email', recipient: 'ops@example.com' } as const;

describe('a record', () => {
  test('of a delivery keeps every attempt in order and what the last one led to', async () => {
    const { granted, log, claim } = aLog();
    const first = await granted();
    await log.record({ ...first, body_sha256: 'abc' }, failedOnce, 'pending');
    const second = await granted({ attempt: 2 });
    expect(second).toMatchObject({ body_sha256: 'abc', attempts: [failedOnce] });
    await log.record(second, anAttempt({ number: 2, status: 204 }), 'delivered');
    expect(await claim({ attempt: 3 })).toEqual({ claim: 'settled', state: 'delivered' });
  });

  test('of a retry says why and when, one of a dead letter only why, one of a success neither', async () => {
    const { granted, log, row } = aLog();
    await log.record(await granted(), failedOnce, 'pending');
    expect(await row()).toMatchObject({ state: 'pending', reason: 'timeout', due_at: LEASE });
    await log.record(await granted({ attempt: 2 }), { ...rejected, number: 2 }, 'dead');
    expect(await row()).toMatchObject({ state: 'dead', reason: 'receiver-rejected' });
    expect(await row()).not.toHaveProperty('due_at');
    await log.record(await granted({ attempt: 3, round: 2 }), anAttempt({ number: 3 }), 'delivered');
    const delivered = await row();
    expect(delivered).toMatchObject({ state: 'delivered', attempt: 3, round: 2 });
    expect(delivered?.['attempts']).toHaveLength(3);
    expect(delivered).not.toHaveProperty('reason');
    expect(delivered).not.toHaveProperty('lease_until');
  });

  test('whose answer is lost is written once', async () => {
    const { granted, log, row } = aLog();
    const delivery = await granted(BY_MAIL);
    db.breakNext('UpdateItem', 'lost-answer');
    await log.record(delivery, anAttempt(), 'delivered');
    expect(await row()).toMatchObject({ state: 'delivered', attempts: [anAttempt()] });
  });

  test('survives an outage of two tries', async () => {
    const { granted, log, row } = aLog();
    const delivery = await granted(BY_MAIL);
    // The client asks twice per try.
    for (let call = 0; call < 4; call += 1)
      db.breakNext('UpdateItem', () => jsonError('InternalServerError', 500));
    await log.record(delivery, anAttempt(), 'delivered');
    expect(await row()).toMatchObject({ state: 'delivered' });
  });

  test('that cannot be written after three tries is thrown', async () => {
    const { granted, log } = aLog();
    const delivery = await granted(BY_MAIL);
    for (let call = 0; call < 6; call += 1)
      db.breakNext('UpdateItem', () => jsonError('InternalServerError', 500));
    await expect(log.record(delivery, anAttempt(), 'delivered')).rejects.toThrow('InternalServerError');
  });

  test('of a worker that was overtaken is added to the log and changes no state', async () => {
    const { granted, log, row } = aLog();
    const slow = await granted();
    await granted({ attempt: 2 });
    await log.record(slow, failedOnce, 'pending');
    expect(await row()).toMatchObject({ state: 'sending', attempt: 2, attempts: [failedOnce] });
  });

  test('of a success counts even when the worker was overtaken', async () => {
    const { granted, log, claim, row } = aLog();
    const slow = await granted(BY_MAIL);
    await granted({ attempt: 2 });
    await log.record(slow, anAttempt(), 'delivered');
    expect(await row()).toMatchObject({ state: 'delivered', attempts: [anAttempt()] });
    expect(await claim({ attempt: 3 })).toEqual({ claim: 'settled', state: 'delivered' });
  });
});

describe('a suppression', () => {
  test('of a delivery nobody tried makes its row', async () => {
    const { ids, log, message, row } = aLog();
    await log.suppress(message(), 'destination-deleted');
    expect(await row()).toMatchObject({
      id: ids.delivery_id,
      state: 'suppressed',
      reason: 'destination-deleted',
      attempt: 0,
      round: 1,
      attempts: [],
    });
  });

  test('of a claimed delivery ends it and keeps its attempts', async () => {
    const { granted, log, message, row } = aLog();
    await log.record(await granted(), failedOnce, 'pending');
    await granted({ attempt: 2 });
    await log.suppress(message({ attempt: 2 }), 'destination-disabled');
    expect(await row()).toMatchObject({ state: 'suppressed', attempt: 2, attempts: [failedOnce] });
  });

  test.each([
    ['delivered', anAttempt()],
    ['dead', rejected],
  ] as const)('of a %s delivery changes nothing', async (state, attempt) => {
    const { granted, log, message, row } = aLog();
    await log.record(await granted(), attempt, state);
    await log.suppress(message({ attempt: 2, round: 2 }), 'destination-deleted');
    expect(await row()).toMatchObject({ state });
  });
});
