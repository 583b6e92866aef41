import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bury } from '../../../../functions/adapters/dynamodb/deliveries/bury.ts';
import { hold } from '../../../../functions/adapters/dynamodb/deliveries/hold.ts';
import { dynamodbDeliveryLog } from '../../../../functions/adapters/dynamodb/deliveries/log.ts';
import { dynamodbTally } from '../../../../functions/adapters/dynamodb/deliveries/tally.ts';
import { dynamodbDigestMembers } from '../../../../functions/adapters/dynamodb/digests/members.ts';
import { batchPut } from '../../../../functions/adapters/dynamodb/batch-write.ts';
import {
  deliveryKey,
  deliveryLookupRow,
  deliveryOfAlertKey,
  deliveryPartition,
  deliveryTimeRow,
  shardOf,
} from '../../../../functions/adapters/dynamodb/keys.ts';
import { dynamodbGatewayRecords } from '../../../../functions/adapters/operator/records.ts';
import { alertId, deliveryId } from '../../../../functions/core/model/wire/ids.ts';
import type { Delivery, DeliveryMessage } from '../../../../functions/core/model/wire/delivery.ts';
import { clockAt, type DynamodbTable, dynamodbTable, noWait } from '../../dynamodb-table.ts';
import { patienceMs, someOf } from '../../../handlers/some-of.ts';
import { aMessage, anAttempt } from '../../records.ts';

/**
 * A delivery whose row an earlier version wrote, beside its alert, when its message is worked off after an upgrade: whatever is asked
 * of it, the answer is that of the same row under its own id, and a list tells of it once. `TOCSIN_FAULTS=all` tries all cases.
 */
let db: DynamodbTable;
beforeAll(async () => {
  db = await dynamodbTable();
});
afterAll(async () => db.close());

const NOW = '2026-01-15T15:00:00.000Z';
const CREATED = '2026-01-15T14:23:01.000Z';
const inMs = (ms: number) => new Date(Date.parse(NOW) + ms).toISOString();
const parts = () => ({ ...db, clock: clockAt(NOW), retentionDays: 90, wait: noWait, moment: noWait });

const DIGEST = { id: 'digest-1', kind: 'window', opened_at: NOW, closes_at: inMs(60_000) } as const;
const ROWS: Partial<Delivery>[] = [
  {
    state: 'pending',
    reason: 'timeout',
    due_at: inMs(-1),
    attempt: 1,
    attempts: [anAttempt({ outcome: 'retry' })],
  },
  { state: 'pending', reason: 'outside-interval', due_at: inMs(-1), attempt: 0 },
  { state: 'sending', attempt: 1, lease_until: inMs(-1) },
  { state: 'sending', attempt: 1, lease_until: inMs(20_000) },
  { state: 'delivered', attempt: 1, attempts: [anAttempt()] },
  { state: 'dead', attempt: 1, reason: 'receiver-rejected', attempts: [anAttempt({ outcome: 'failed' })] },
  { state: 'suppressed', attempt: 0, reason: 'destination-disabled' },
  { state: 'digested', attempt: 1, digest_id: 'digest-0', digest_page: 0, due_at: inMs(60_000) },
];
const MESSAGES: Partial<DeliveryMessage>[] = [{}, { attempt: 2 }, { round: 2 }, { deferrals: 1 }];

const withTally = (channel: string) =>
  channel === 'webhook' ? { ...parts(), tally: dynamodbTally(parts(), noWait) } : parts();
const VERBS: Record<string, (message: DeliveryMessage) => Promise<unknown>> = {
  claim: async (message) => dynamodbDeliveryLog(withTally(message.channel)).claim(message, inMs(25_000)),
  'claim and record': async (message) => {
    const log = dynamodbDeliveryLog(withTally(message.channel));
    const claim = await log.claim(message, inMs(25_000));
    if (claim.claim === 'granted') await log.record(claim.delivery, anAttempt(), 'delivered');
    return claim;
  },
  defer: async (message) =>
    dynamodbDeliveryLog(withTally(message.channel)).defer(message, {
      reason: 'mail-throttled',
      dueAt: inMs(60_000),
    }),
  suppress: async (message) =>
    dynamodbDeliveryLog(withTally(message.channel)).suppress(message, 'destination-disabled'),
  bury: async (message) => bury(withTally(message.channel), message, 'pipeline-fault'),
  hold: async (message) => hold(withTally(message.channel), message, inMs(60_000)),
  'find its digest': async (message) => floods(message).find(message),
  'join a digest': async (message) => floods(message).join(message, DIGEST, 0),
};

const floods = ({ channel }: DeliveryMessage) => dynamodbDigestMembers(withTally(channel));

/** A row as an earlier version wrote it. */
const older = async (
  row: object,
  { alert_id: alert, delivery_id: id, destination_id: to }: DeliveryMessage,
) => ({
  ...row,
  ...deliveryOfAlertKey({ alert_id: alert, id }),
  ...deliveryTimeRow(id, to, CREATED),
  time_pk: shardOf(deliveryPartition(to, '2026-01-15'), id),
  ...deliveryLookupRow(id, CREATED),
});

/** The same as this version writes it: that of a webhook lies behind the tally that lists it. */
async function own(row: object, message: DeliveryMessage) {
  const { delivery_id: id, destination_id: destination, channel } = message;
  const key = { ...row, ...deliveryKey({ id }) };
  if (channel === 'email') return { ...key, ...deliveryTimeRow(id, destination, CREATED) };
  await dynamodbTally(parts(), noWait).close(message);
  return key;
}

const CASES = (['email', 'webhook'] as const).flatMap((channel) =>
  Object.keys(VERBS).flatMap((verb) =>
    ROWS.flatMap((row) => MESSAGES.map((given) => ({ channel, verb, row, given }))),
  ),
);

/** What became of it, without its ids. */
async function outcome(
  { channel, verb, row, given }: (typeof CASES)[number],
  name: string,
  shape: typeof older | typeof own,
) {
  const alert = alertId('0c6a8d7e-0000-4000-8000-000000000001', 0) + name;
  const destination = `dst_${name}`;
  const recipient = channel === 'email' ? 'ana@example.com' : undefined;
  const id = deliveryId(alert, destination, recipient);
  const message = aMessage({
    ...given,
    channel,
    alert_id: alert,
    delivery_id: id,
    destination_id: destination,
    created_at: CREATED,
    ...(recipient !== undefined && { recipient }),
  });
  const constants = {
    id,
    alert_id: alert,
    destination_id: destination,
    channel,
    recipient,
    created_at: CREATED,
  };
  const item = { ...constants, round: 1, attempts: [], updated_at: CREATED, expires_at: 4e9, ...row };
  await batchPut({ ...parts(), items: [await shape(item, message)] });
  const answer = await VERBS[verb]?.(message);
  const records = dynamodbGatewayRecords(parts());
  const [{ items }, byId] = [
    await records.deliveries({
      since: '2026-01-15T00:00:00Z',
      until: NOW,
      destinationId: destination,
      limit: 10,
    }),
    await records.delivery(id),
  ];
  return JSON.parse(
    JSON.stringify({ answer, byId, list: items })
      .replaceAll(id, 'id')
      .replaceAll(alert, 'alert')
      .replaceAll(destination, 'dst'),
  ) as { byId: unknown; list: unknown[] };
}

describe.each(Object.keys(VERBS))('an older row, when asked to %s', (verb) => {
  test('answers and ends as one of today, and is listed once', { timeout: patienceMs(60_000) }, async () => {
    const differences = [];
    const cases = CASES.filter((each) => each.verb === verb);
    for (const [index, one] of someOf(cases, 9).entries()) {
      const name = `${verb.replaceAll(' ', '-')}-${index}`;
      const is = await outcome(one, `older-${name}`, older);
      const wanted = await outcome(one, `own-${name}`, own);
      expect(wanted.list).toEqual([wanted.byId]);
      if (JSON.stringify(is) !== JSON.stringify(wanted)) differences.push({ one, is, wanted });
    }
    expect(differences.slice(0, 1)).toEqual([]);
    expect(differences).toHaveLength(0);
  });
});
