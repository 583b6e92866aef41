import { afterAll, beforeAll, expect, test } from 'vitest';
import { dynamodbDeliveryLog } from '../../../../functions/adapters/dynamodb/deliveries/log.ts';
import { dynamodbDigestMembers } from '../../../../functions/adapters/dynamodb/digests/members.ts';
import { clockAt, type DynamodbTable, dynamodbTable, noWait } from '../../dynamodb-table.ts';
import { aMessage } from '../../records.ts';
import { dynamodbDeliveryEnds } from '../../../../functions/adapters/dynamodb/deliveries/ends.ts';
import { joinedDigest } from '../../../../functions/core/model/wire/joined-digest.ts';
import type { Digest } from '../../../../functions/core/model/wire/digest.ts';
import type { DeliveryMessage } from '../../../../functions/core/model/wire/delivery.ts';

let db: DynamodbTable;
beforeAll(async () => {
  db = await dynamodbTable();
});
afterAll(async () => db.close());

const AT = '2026-01-15T15:00:00.000Z';
const LEASE = '2026-01-15T15:00:25.000Z';
const CLOSES = '2026-01-15T15:05:00.000Z';
const DIGEST: Digest = { id: 'digest-1', kind: 'window', opened_at: AT, closes_at: CLOSES };
const OTHER: Digest = { ...DIGEST, id: 'digest-2', kind: 'storm' };
const PLACE = { digestId: 'digest-1', page: 0 };
const NEXT = { digestId: 'digest-1', page: 1 };
let deliveries = 0;

function aDelivery(given: Partial<DeliveryMessage> = {}) {
  deliveries += 1;
  const message = aMessage({
    delivery_id: `member-${String(deliveries)}`,
    alert_id: `member-alert-${String(deliveries)}`,
    channel: 'email',
    recipient: 'ops@example.com',
    ...given,
  });
  const parts = { ...db, clock: clockAt(AT), retentionDays: 90, wait: noWait };
  const ends = dynamodbDeliveryEnds(parts);
  const row = async () => ends.find(message);
  return { message, members: dynamodbDigestMembers(parts), log: dynamodbDeliveryLog(parts), row };
}

test('a delivery has one place, whoever asks for another', async () => {
  const { message, members, log } = aDelivery();
  const first = { membership: 'digested', place: PLACE };
  expect(await members.find(message)).toEqual({ membership: 'none' });
  expect(await members.join(message, DIGEST, 0)).toEqual(first);
  expect(await members.join(message, OTHER, 0)).toEqual(first);
  expect(await members.find(message)).toEqual(first);
  expect(await log.claim(message, LEASE)).toEqual({ claim: 'settled', state: 'digested' });
});

test('a place whose answer is lost is its place', async () => {
  const { message, members } = aDelivery();
  db.breakNext('UpdateItem', 'lost-answer');
  expect(await members.join(message, DIGEST, 0)).toEqual({ membership: 'digested', place: PLACE });
});

test('what a worker has begun is in no digest', async () => {
  const { message, members, log } = aDelivery();
  await log.claim(message, LEASE);
  expect(await members.join(message, DIGEST, 0)).toEqual({ membership: 'none', state: 'sending' });
});

test('a row moves from a page that is full once, also when the answer is lost', async () => {
  const { message, members } = aDelivery();
  await members.join(message, DIGEST, 0);
  db.breakNext('UpdateItem', 'lost-answer');
  const moved = { membership: 'digested', place: NEXT };
  expect(await members.move(message, PLACE, 1)).toEqual(moved);
  expect(await members.move(message, PLACE, 2)).toEqual(moved);
});

test('a delivery that found its digest sealed is decided about again, and may join the next', async () => {
  const { message, members } = aDelivery();
  await members.join(message, DIGEST, 0);
  db.breakNext('UpdateItem', 'lost-answer');
  await members.leave(message, PLACE);
  expect(await members.find(message)).toEqual({ membership: 'none', state: 'pending' });
  const later = { digestId: 'digest-2', page: 0 };
  expect(await members.join(message, OTHER, 0)).toEqual({ membership: 'digested', place: later });
  // A worker that was slow to learn of the sealing.
  await members.leave(message, PLACE);
  expect(await members.find(message)).toEqual({ membership: 'digested', place: later });
});

test('a delivery that left may be a mail of its own', async () => {
  const { message, members, log } = aDelivery();
  await members.join(message, DIGEST, 0);
  await members.leave(message, PLACE);
  expect(await log.claim(message, LEASE)).toMatchObject({ claim: 'granted', claims: 1 });
});

test('a row says which digest tells of its delivery, on whichever page, until the delivery leaves it', async () => {
  const { message, members, row } = aDelivery();
  await members.join(message, OTHER, 0);
  await members.move(message, { digestId: OTHER.id, page: 0 }, 1);
  const joined = await row();
  expect(joined && joinedDigest(joined)).toEqual(OTHER);
  await members.leave(message, { digestId: OTHER.id, page: 1 });
  const left = await row();
  expect(left && joinedDigest(left)).toBeUndefined();
  expect(Object.keys(left ?? {}).filter((name) => name.startsWith('digest_'))).toEqual([]);
});

test('the delivery of a digest that joins a storm keeps both: the digest that it is, and the one that tells of it', async () => {
  const { message, members, log, row } = aDelivery({ digest: DIGEST });
  const again = { ...message, deferrals: 1 };
  await log.defer(again, { reason: 'mail-throttled', dueAt: CLOSES });
  expect(await row()).toMatchObject({ own_digest: DIGEST });
  expect(await members.join(again, OTHER, 2)).toMatchObject({ membership: 'digested' });
  const joined = await row();
  expect(joined?.own_digest).toEqual(DIGEST);
  expect(joined && joinedDigest(joined)).toEqual(OTHER);
});
