import { afterAll, beforeAll, expect, test } from 'vitest';
import { dynamodbDeliveryLog } from '../../../../functions/adapters/dynamodb/deliveries/log.ts';
import { dynamodbDigestMembers } from '../../../../functions/adapters/dynamodb/digests/members.ts';
import { clockAt, type DynamodbTable, dynamodbTable, noWait } from '../../dynamodb-table.ts';
import { aMessage } from '../../records.ts';

let db: DynamodbTable;
beforeAll(async () => {
  db = await dynamodbTable();
});
afterAll(async () => db.close());

const AT = '2026-01-15T15:00:00.000Z';
const LEASE = '2026-01-15T15:00:25.000Z';
const CLOSES = '2026-01-15T15:05:00.000Z';
const PLACE = { digestId: 'digest-1', page: 0 };
const NEXT = { digestId: 'digest-1', page: 1 };
let deliveries = 0;

function aDelivery() {
  deliveries += 1;
  const message = aMessage({
    delivery_id: `member-${String(deliveries)}`,
    alert_id: `member-alert-${String(deliveries)}`,
    channel: 'email',
    recipient: 'ops@example.com',
  });
  const parts = { ...db, clock: clockAt(AT), retentionDays: 90, wait: noWait };
  return { message, members: dynamodbDigestMembers(parts), log: dynamodbDeliveryLog(parts) };
}

test('a delivery has one place, whoever asks for another', async () => {
  const { message, members, log } = aDelivery();
  const first = { membership: 'digested', place: PLACE };
  expect(await members.find(message)).toEqual({ membership: 'none' });
  expect(await members.join(message, PLACE, CLOSES)).toEqual(first);
  expect(await members.join(message, { digestId: 'digest-2', page: 0 }, CLOSES)).toEqual(first);
  expect(await members.find(message)).toEqual(first);
  expect(await log.claim(message, LEASE)).toEqual({ claim: 'settled', state: 'digested' });
});

test('a place whose answer is lost is its place', async () => {
  const { message, members } = aDelivery();
  db.breakNext('UpdateItem', 'lost-answer');
  expect(await members.join(message, PLACE, CLOSES)).toEqual({ membership: 'digested', place: PLACE });
});

test('what a worker has begun is in no digest', async () => {
  const { message, members, log } = aDelivery();
  await log.claim(message, LEASE);
  expect(await members.join(message, PLACE, CLOSES)).toEqual({ membership: 'none', state: 'sending' });
});

test('a row moves from a page that is full once, also when the answer is lost', async () => {
  const { message, members } = aDelivery();
  await members.join(message, PLACE, CLOSES);
  db.breakNext('UpdateItem', 'lost-answer');
  const moved = { membership: 'digested', place: NEXT };
  expect(await members.join(message, NEXT, '', PLACE)).toEqual(moved);
  const elsewhere = { digestId: 'digest-1', page: 2 };
  expect(await members.join(message, elsewhere, '', PLACE)).toEqual(moved);
});

test('a delivery that found its digest sealed is decided about again, and may join the next', async () => {
  const { message, members } = aDelivery();
  await members.join(message, PLACE, CLOSES);
  db.breakNext('UpdateItem', 'lost-answer');
  await members.leave(message, PLACE);
  expect(await members.find(message)).toEqual({ membership: 'none', state: 'pending' });
  const later = { digestId: 'digest-2', page: 0 };
  expect(await members.join(message, later, CLOSES)).toEqual({ membership: 'digested', place: later });
  // A worker that was slow to learn of the sealing.
  await members.leave(message, PLACE);
  expect(await members.find(message)).toEqual({ membership: 'digested', place: later });
});

test('a delivery that left may be a mail of its own', async () => {
  const { message, members, log } = aDelivery();
  await members.join(message, PLACE, CLOSES);
  await members.leave(message, PLACE);
  expect(await log.claim(message, LEASE)).toMatchObject({ claim: 'granted', claims: 1 });
});
