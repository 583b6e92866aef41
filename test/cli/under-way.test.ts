import { afterAll, beforeAll, expect, test } from 'vitest';
import { dynamodbAlertStore } from '../../functions/adapters/dynamodb/alerts.ts';
import { dynamodbClient } from '../../functions/adapters/dynamodb/client.ts';
import { dynamodbDeliveryLog } from '../../functions/adapters/dynamodb/deliveries/log.ts';
import { dynamodbTally } from '../../functions/adapters/dynamodb/deliveries/tally.ts';
import { dynamodbRequestLedger } from '../../functions/adapters/dynamodb/requests.ts';
import { alertId, deliveryId } from '../../functions/core/model/wire/ids.ts';
import { aMessage, anAlert, aRoutedAlert, aWebhook } from '../adapters/records.ts';
import { emulatedGateway } from './emulated-gateway.ts';
import { run } from './run.ts';

/** A webhook whose first attempt is under way has no row: whoever asks for it, by whichever way, is told what is true. */
const clock = { at: Date.parse('2026-01-15T15:00:00.000Z'), now: () => clock.at };
const REQUEST = '0c6a8d7e-0000-8000-8000-000000000001';
const ALERT = alertId(REQUEST, 2);
const DELIVERY = deliveryId(ALERT, 'dst_1');

let emulated: Awaited<ReturnType<typeof emulatedGateway>>;
beforeAll(async () => {
  emulated = await emulatedGateway(clock);
  const client = dynamodbClient({
    region: 'eu-central-1',
    endpoint: emulated.url,
    credentials: { accessKeyId: 'operator', secretAccessKey: 'operator' },
  });
  const parts = { client, table: emulated.manifest.table, clock, retentionDays: 90 };
  await emulated.gateway.config.create('destination', aWebhook());
  const receivedAt = new Date(clock.at).toISOString();
  const alert = anAlert({ id: ALERT, received_at: receivedAt });
  await dynamodbRequestLedger(parts).claim({
    sourceId: 'src_1',
    key: 'key',
    requestId: REQUEST,
    bodySha256: 'abc',
    receivedAt,
    windowSeconds: 60,
    indexes: [[2, 2]],
  });
  const planned = { id: DELIVERY, destination_id: 'dst_1', channel: 'webhook' as const };
  await dynamodbAlertStore(parts).put([
    aRoutedAlert(alert, { routed_at: receivedAt, deliveries: [planned] }),
  ]);
  const log = dynamodbDeliveryLog({ ...parts, tally: dynamodbTally(parts) });
  const message = aMessage({ alert, alert_id: ALERT, delivery_id: DELIVERY, created_at: receivedAt });
  await log.claim(message, new Date(clock.at + 25_000).toISOString());
});
afterAll(async () => emulated.close());

const tocsin = async (...argv: string[]) => run([...argv, '--data', emulated.data, '--json'], { clock });
const answer = async (...argv: string[]) => JSON.stringify((await tocsin(...argv)).json());

test.each([
  ['deliveries', 'list', '--destination', 'hook'],
  ['deliveries', 'show', DELIVERY],
  ['deliveries', 'show', DELIVERY.slice(0, 8)],
  ['alerts', 'show', ALERT],
  ['why', ALERT],
  ['why', DELIVERY],
])('%s %s %s tells that it is under way', async (...argv) => {
  expect(await answer(...argv)).toMatch(/"state":"sending"|under way/u);
});

test('an audit counts it as pending, and nothing is wrong with it', async () => {
  const ran = await tocsin('audit');
  expect(ran.code).toBe(0);
  expect(JSON.stringify(ran.json())).not.toContain(DELIVERY);
});

test('an id that nothing has is still no delivery', async () => {
  const ran = await tocsin('deliveries', 'show', deliveryId(ALERT, 'dst_2'));
  expect(ran.code).toBe(1);
});

test('once its worker is gone no way tells that it is under way, and the audit names its lease', async () => {
  clock.at += 30_000;
  for (const argv of [
    ['deliveries', 'list', '--destination', 'hook'],
    ['deliveries', 'show', DELIVERY],
    ['why', DELIVERY],
  ])
    expect(await answer(...argv)).not.toMatch(/"state":"sending"|under way/u);
  const ran = await tocsin('audit');
  expect(ran.code).toBe(1);
  expect(JSON.stringify(ran.json())).toContain('lease-over');
});
