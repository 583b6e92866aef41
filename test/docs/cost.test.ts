import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { countUnits } from '../../bench/table-units.ts';
import { dynamodbAlertStore } from '../../functions/adapters/dynamodb/alerts.ts';
import { dynamodbDeliveryLog } from '../../functions/adapters/dynamodb/deliveries/log.ts';
import { dynamodbTally } from '../../functions/adapters/dynamodb/deliveries/tally.ts';
import { dynamodbRequestLedger } from '../../functions/adapters/dynamodb/requests.ts';
import { alertId, deliveryId, requestIdOf } from '../../functions/core/model/wire/ids.ts';
import { clockAt, dynamodbTable, noWait } from '../adapters/dynamodb-table.ts';
import { aMessage, anAttempt, aRoutedAlert } from '../adapters/records.ts';

const NOW = '2026-01-15T15:00:00.000Z';
const REQUEST = requestIdOf('11111111-1111-4111-8111-111111111111');

test('the write units of docs/cost.md are those of ten alerts of a request to one webhook', async () => {
  const db = await dynamodbTable();
  const parts = { ...db, clock: clockAt(NOW), retentionDays: 90, wait: noWait };
  const log = dynamodbDeliveryLog({ ...parts, tally: dynamodbTally(parts) });
  const written = countUnits();
  await dynamodbRequestLedger(parts).claim({
    requestId: REQUEST,
    sourceId: 'src_1',
    key: 'k',
    bodySha256: '0'.repeat(64),
    receivedAt: NOW,
    windowSeconds: 300,
    indexes: [[0, 9]],
  });
  const ids = Array.from({ length: 10 }, (_, index) => alertId(REQUEST, index));
  const alerts = ids.map((id, index) =>
    aRoutedAlert({ id, received_at: NOW, details: { note: `${index}${'x'.repeat(900)}` } }),
  );
  await dynamodbAlertStore(parts).put(alerts, { isAll: true });
  await Promise.all(
    ids.map(async (id) => {
      const message = aMessage({ alert_id: id, delivery_id: deliveryId(id, 'dst_1'), created_at: NOW });
      const claim = await log.claim(message, '2026-01-15T15:00:25.000Z');
      if (claim.claim === 'granted') await log.record(claim.delivery, anAttempt(), 'delivered');
    }),
  );
  const units = written.take();
  written.stop();
  await db.close();
  expect(units.get('DELIVERY')).toBe(10);
  const perAlert = [...units.values()].reduce((sum, count) => sum + count, 0) / ids.length;
  const page = readFileSync(new URL('../../docs/cost.md', import.meta.url), 'utf8');
  const said = Number(/^\| writes to the table[^|]*\| (?<units>[\d.]+) \|/mu.exec(page)?.groups?.['units']);
  // The note of these alerts compresses better than the texts of the bench, whose sheet is five units.
  expect(said).toBeGreaterThanOrEqual(perAlert);
  expect(said - perAlert).toBeLessThan(0.5);
});
