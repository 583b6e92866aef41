import { afterAll, beforeAll, expect, test } from 'vitest';
import { dynamodbDeliveryLog } from '../../../../functions/adapters/dynamodb/deliveries/log.ts';
import { dynamodbGatewayRecords } from '../../../../functions/adapters/operator/records.ts';
import { dynamodbMailEvents } from '../../../../functions/adapters/dynamodb/deliveries/mail-events.ts';
import type { MailEvent } from '../../../../functions/core/model/wire/mail-event.ts';
import { clockAt, type DynamodbTable, dynamodbTable, noWait } from '../../dynamodb-table.ts';
import { aMessage } from '../../records.ts';

let db: DynamodbTable;
beforeAll(async () => {
  db = await dynamodbTable();
});
afterAll(async () => db.close());

const anEvent = (id: string): MailEvent => ({
  id,
  type: 'bounce',
  at: '2026-11-21T12:00:00.000Z',
  message_id: 'ses-1',
  is_permanent: true,
  detail: 'user unknown',
});

test('events stand in the row once each, in the order of arrival, and are read with the delivery', async () => {
  const clock = clockAt('2026-11-21T12:00:00Z');
  const options = { client: db.client, table: db.table, clock, retentionDays: 90 };
  const message = aMessage({ channel: 'email', recipient: 'ana@example.com' });
  await dynamodbDeliveryLog({ ...options, wait: noWait }).claim(message, '2026-11-21T12:02:00.000Z');

  const events = dynamodbMailEvents({ client: db.client, table: db.table });
  const of = { alertId: message.alert_id, deliveryId: message.delivery_id };
  const known = { destinationId: message.destination_id, recipient: 'ana@example.com' };
  expect(await events.append(of, anEvent('e2'))).toEqual({ result: 'recorded', ...known });
  expect(await events.append(of, anEvent('e1'))).toEqual({ result: 'recorded', ...known });
  const again = await Promise.all(Array.from({ length: 10 }, async () => events.append(of, anEvent('e2'))));
  expect(again.every(({ result }) => result === 'repeated')).toBe(true);

  const records = dynamodbGatewayRecords(options);
  const delivery = await records.delivery(message.delivery_id);
  expect(delivery?.mail_events).toEqual([anEvent('e2'), anEvent('e1')]);
  expect(delivery?.state).toBe('sending');
});

test('an event about a delivery that is not there makes no row', async () => {
  const events = dynamodbMailEvents({ client: db.client, table: db.table });
  const nowhere = { alertId: 'nowhere', deliveryId: 'nowhere' };
  expect(await events.append(nowhere, anEvent('e1'))).toEqual({ result: 'unknown' });
  expect(await events.append(nowhere, anEvent('e1'))).toEqual({ result: 'unknown' });
});
