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
const AFTER_LEASE = '2026-01-15T15:00:26.000Z';
const DUE = '2026-01-15T15:05:00.000Z';
const WAIT = { reason: 'mail-throttled', dueAt: DUE } as const;
const once = { deferrals: 1, deferred_since: NOW };
const twice = { deferrals: 2, deferred_since: NOW };
const failed = anAttempt({ outcome: 'retry', reason: 'mail-service-failed', next_due_at: DUE });

let deliveries = 0;

/** A log and a mail of its own. */
function aLog() {
  deliveries += 1;
  const ids = { delivery_id: `deferred-${deliveries}`, alert_id: `alert-${deliveries}` };
  const clock = clockAt(NOW);
  const log = dynamodbDeliveryLog({ ...db, clock, retentionDays: 90, wait: noWait });
  const message = (given: Partial<DeliveryMessage> = {}) =>
    aMessage({ ...ids, channel: 'email', recipient: 'ops@example.com', ...given });
  const claim = async (given: Partial<DeliveryMessage> = {}) => log.claim(message(given), LEASE);
  const granted = async (given: Partial<DeliveryMessage> = {}): Promise<Delivery> => {
    const result = await claim(given);
    if (result.claim !== 'granted') throw new Error(`claim is ${JSON.stringify(result)}`);
    return result.delivery;
  };
  const row = async () => {
    const Key = { pk: `DELIVERY#${ids.delivery_id}`, sk: 'DELIVERY' };
    return (await db.client.call('GetItem', { TableName: db.table, Key })).Item;
  };
  return { ids, clock, log, message, claim, granted, row };
}

describe('an attempt that is put back by the holder of its claim', () => {
  test('waits in its row, with why, until when, since when and how often', async () => {
    const { log, message, granted, row } = aLog();
    await log.defer(message(once), WAIT, await granted());
    expect(await row()).toMatchObject({
      state: 'pending',
      attempt: 1,
      round: 1,
      reason: 'mail-throttled',
      due_at: DUE,
      deferrals: 1,
      deferred_since: NOW,
      attempts: [],
      claims: 0,
    });
    expect(await row()).not.toHaveProperty('lease_until');
    expect(await row()).not.toHaveProperty('claim_token');
  });

  test('is granted again as the same attempt, and counts as claimed once', async () => {
    const { log, message, granted, claim } = aLog();
    await log.defer(message(once), WAIT, await granted());
    expect(await claim(once)).toMatchObject({ claim: 'granted', claims: 1, delivery: { attempt: 1 } });
  });

  test('is settled for the message from before, which may come twice', async () => {
    const { log, message, granted, claim } = aLog();
    await log.defer(message(once), WAIT, await granted());
    expect(await claim()).toEqual({ claim: 'settled', state: 'pending' });
    await log.defer(message(twice), WAIT, await granted(once));
    expect(await claim(once)).toEqual({ claim: 'settled', state: 'pending' });
    await granted(twice);
    expect(await claim(once)).toEqual({ claim: 'settled', state: 'sending' });
  });

  test('and made later, leaves no trace of the wait but in its attempt', async () => {
    const { log, message, granted, row, claim } = aLog();
    await log.defer(message(once), WAIT, await granted());
    await log.record(await granted(once), { ...failed, ...once }, 'pending');
    expect(await row()).toMatchObject({ state: 'pending', reason: 'mail-service-failed', attempts: [once] });
    expect(await row()).not.toHaveProperty('deferrals');
    expect(await row()).not.toHaveProperty('deferred_since');
    for (const given of [{}, once, twice]) expect(await claim(given)).toMatchObject({ claim: 'settled' });
    expect(await granted({ attempt: 2 })).toMatchObject({ attempt: 2 });
  });

  test('is not put back by a worker that was overtaken', async () => {
    const { log, message, granted, clock, row } = aLog();
    const slow = await granted();
    clock.at = Date.parse(AFTER_LEASE);
    const later = '2026-01-15T15:00:51.000Z';
    expect(await log.claim(message(), later)).toMatchObject({ claim: 'granted' });
    await log.defer(message(once), WAIT, slow);
    expect(await row()).toMatchObject({ state: 'sending', lease_until: later });
  });

  test('is put back once when the answer is lost', async () => {
    const { log, message, granted, row } = aLog();
    const delivery = await granted();
    db.breakNext('UpdateItem', 'lost-answer');
    await log.defer(message(once), WAIT, delivery);
    expect(await row()).toMatchObject({ state: 'pending', deferrals: 1 });
  });

  test('is our own fault when the table is down', async () => {
    const { log, message, granted } = aLog();
    const delivery = await granted();
    for (let call = 0; call < 2; call += 1)
      db.breakNext('UpdateItem', () => jsonError('InternalServerError', 500));
    await expect(log.defer(message(once), WAIT, delivery)).rejects.toThrow('InternalServerError');
  });
});

describe('an attempt that is put back without a claim', () => {
  test('makes the row of a delivery that nobody tried, keys and expiry included', async () => {
    const { ids, log, message, row } = aLog();
    await log.defer(message(once), { ...WAIT, reason: 'mail-quota-exhausted' });
    expect(await row()).toMatchObject({
      id: ids.delivery_id,
      state: 'pending',
      reason: 'mail-quota-exhausted',
      attempt: 1,
      recipient: 'ops@example.com',
      attempts: [],
      expires_at: Date.parse(NOW) / 1_000 + 90 * 86_400,
    });
  });

  test('goes on waiting, as often as need be, and is granted at last', async () => {
    const { log, message, granted, row } = aLog();
    for (const given of [once, twice, { ...twice, deferrals: 3 }]) await log.defer(message(given), WAIT);
    expect(await row()).toMatchObject({ deferrals: 3 });
    expect(await granted({ ...twice, deferrals: 3 })).toMatchObject({ state: 'sending', attempt: 1 });
  });

  test('changes nothing while another worker holds the claim', async () => {
    const { log, message, granted, row } = aLog();
    await granted();
    await log.defer(message(once), WAIT);
    expect(await row()).toMatchObject({ state: 'sending', lease_until: LEASE });
  });

  test.each([
    ['delivered', anAttempt()],
    ['dead', anAttempt({ outcome: 'failed', reason: 'mail-rejected' })],
  ] as const)('changes nothing of what is %s', async (state, attempt) => {
    const { log, message, granted, row } = aLog();
    await log.record(await granted(), attempt, state);
    await log.defer(message(once), WAIT);
    expect(await row()).toMatchObject({ state });
    expect(await row()).not.toHaveProperty('deferrals');
  });

  test('changes nothing of an attempt that is over, when its message comes twice', async () => {
    const { log, message, granted, row } = aLog();
    await log.record(await granted(), failed, 'pending');
    await log.defer(message(once), WAIT);
    expect(await row()).toMatchObject({ state: 'pending', reason: 'mail-service-failed' });
  });

  test('waits in the next round after a redrive', async () => {
    const { log, message, granted, row } = aLog();
    const dead = anAttempt({ outcome: 'failed', reason: 'mail-rejected' });
    await log.record(await granted(), dead, 'dead');
    await log.defer(message({ ...once, attempt: 2, round: 2, first_attempt: 2 }), WAIT);
    expect(await row()).toMatchObject({ state: 'pending', attempt: 2, round: 2, attempts: [dead] });
  });
});

test('what waits is suppressed like anything else that is not over', async () => {
  const { log, message, row } = aLog();
  await log.defer(message(once), WAIT);
  await log.suppress(message(once), 'unsubscribed');
  expect(await row()).toMatchObject({ state: 'suppressed', reason: 'unsubscribed' });
  expect(await row()).not.toHaveProperty('deferrals');
});
