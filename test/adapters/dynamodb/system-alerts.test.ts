import { afterAll, beforeAll, expect, test } from 'vitest';
import { dynamodbSystemAlerts } from '../../../functions/adapters/dynamodb/system-alerts.ts';
import { clockAt, type DynamodbTable, dynamodbTable } from '../dynamodb-table.ts';
import { anAlert } from '../records.ts';

let db: DynamodbTable;
beforeAll(async () => {
  db = await dynamodbTable();
});
afterAll(async () => db.close());

test('of all that raise one id at the same time, everybody gets the alert of one of them', async () => {
  const log = dynamodbSystemAlerts({ ...db, clock: clockAt('2026-01-15T15:00:00.000Z'), retentionDays: 90 });
  const raised = Array.from({ length: 5 }, (_, index) =>
    anAlert({ id: 's-1', details: { example: index, amount: 1e21, text: '\uFFFF \u0007' } }),
  );
  const firsts = await Promise.all(raised.map(async (alert) => log.firstOf(alert)));
  expect(new Set(firsts.map((alert) => JSON.stringify(alert))).size).toBe(1);
  expect(raised).toContainEqual(firsts[0]);
  expect(await log.firstOf(anAlert({ id: 's-2' }))).toEqual(anAlert({ id: 's-2' }));
});
