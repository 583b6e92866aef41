import { afterAll, beforeAll, expect, test } from 'vitest';
import { dynamodbHolds } from '../../../../functions/adapters/dynamodb/holds.ts';
import { dynamodbDeliveryLog } from '../../../../functions/adapters/dynamodb/deliveries/log.ts';
import { dynamodbTally } from '../../../../functions/adapters/dynamodb/deliveries/tally.ts';
import { dynamodbGatewayRecords } from '../../../../functions/adapters/operator/records.ts';
import { alertId, deliveryId } from '../../../../functions/core/model/wire/ids.ts';
import { clockAt, type DynamodbTable, dynamodbTable, noWait } from '../../dynamodb-table.ts';
import { aMessage, anAttempt } from '../../records.ts';

let db: DynamodbTable;
beforeAll(async () => {
  db = await dynamodbTable();
});
afterAll(async () => db.close());

const NOW = '2026-01-15T15:00:00.000Z';
const LEASE = '2026-01-15T15:00:25.000Z';

test('a delivery that was held, and whose message comes twice, is begun by one worker, and listed once', async () => {
  const parts = { ...db, clock: clockAt(NOW), retentionDays: 90, wait: noWait, moment: noWait };
  const worker = () => dynamodbDeliveryLog({ ...parts, tally: dynamodbTally(parts, noWait) });
  const id = alertId('0c6a8d7e-0000-8000-8000-000000000001', 3);
  const message = aMessage({ alert_id: id, delivery_id: deliveryId(id, 'dst_1') });
  const records = dynamodbGatewayRecords(parts);
  const listed = async () => {
    const range = { since: '2026-01-15T00:00:00Z', until: NOW, destinationId: 'dst_1', limit: 10 };
    return (await records.deliveries(range)).items.map(({ state, attempt }) => ({ state, attempt }));
  };

  await dynamodbHolds({ ...parts, tally: dynamodbTally(parts, noWait) }).hold(message, NOW);
  expect(await listed()).toEqual([{ state: 'pending', attempt: 0 }]);
  const [one, two] = [worker(), worker()];
  const first = await one.claim(message, LEASE);
  expect(await two.claim(message, LEASE)).toEqual({ claim: 'busy' });
  expect(await listed()).toEqual([{ state: 'sending', attempt: 1 }]);
  if (first.claim === 'granted') await one.record(first.delivery, anAttempt(), 'delivered');
  expect(await two.claim(message, LEASE)).toEqual({ claim: 'settled', state: 'delivered' });
  expect(await listed()).toEqual([{ state: 'delivered', attempt: 1 }]);
});
