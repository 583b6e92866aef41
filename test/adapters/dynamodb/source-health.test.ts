import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  dynamodbSourceHealthRecords,
  dynamodbSourceHealthWriter,
} from '../../../functions/adapters/dynamodb/source-health.ts';
import { NO_COUNTS, type HealthHour } from '../../../functions/core/model/wire/source-health.ts';
import { type DynamodbTable, dynamodbTable, noWait } from '../dynamodb-table.ts';

let db: DynamodbTable;
beforeAll(async () => {
  db = await dynamodbTable();
});
afterAll(async () => db.close());

const AT = '2026-03-01T12:00:00.000Z';
let sources = 0;

function aSource() {
  sources += 1;
  const id = `src_${sources}`;
  const writer = dynamodbSourceHealthWriter(db);
  const records = dynamodbSourceHealthRecords({ ...db, wait: noWait });
  return { id, writer, records, health: async () => (await records.read([id])).get(id) };
}

const hour = (number: number, counts: Partial<HealthHour>): HealthHour => ({
  hour: number,
  ...NO_COUNTS,
  ...counts,
});

test('a source that nothing was written of has no health', async () => {
  expect(await aSource().health()).toBeUndefined();
});

test('several writes add up, hour by hour', async () => {
  const { id, writer, health } = aSource();
  await writer.add(id, {
    lastAcceptedAt: AT,
    hours: [hour(10, { accepted: 2, unclassified: 1 }), hour(11, { accepted: 1 })],
  });
  await writer.add(id, {
    lastRefusal: { at: AT, code: 'unauthorized', cause: 'wrong-credential' },
    hours: [hour(11, { accepted: 4, rejected: 3, authFailures: 7 })],
  });
  expect(await health()).toEqual({
    lastAcceptedAt: AT,
    lastRefusal: { at: AT, code: 'unauthorized', cause: 'wrong-credential' },
    hours: [
      hour(10, { accepted: 2, unclassified: 1 }),
      hour(11, { accepted: 5, rejected: 3, authFailures: 7 }),
    ],
  });
});

test('one addition is one call, and an empty one none', async () => {
  const { id, writer } = aSource();
  const before = db.calls.length;
  await writer.add(id, { lastAcceptedAt: AT, hours: [hour(1, { accepted: 1 })] });
  await writer.add(id, { hours: [] });
  expect(db.calls.slice(before).map(({ operation }) => operation)).toEqual(['UpdateItem']);
});

test('the health of many sources is read with one call', async () => {
  const many = [aSource(), aSource(), aSource()];
  for (const { id, writer } of many) await writer.add(id, { lastAcceptedAt: AT, hours: [] });
  const before = db.calls.length;
  const read = await aSource().records.read(many.map(({ id }) => id));
  expect([...read.keys()].sort()).toEqual(many.map(({ id }) => id).sort());
  expect(db.calls.slice(before).map(({ operation }) => operation)).toEqual(['BatchGetItem']);
});

test('a silence is announced once, and ends once', async () => {
  const { id, records, health } = aSource();
  const alarm = { since: AT, raisedAt: '2026-03-02T12:05:00.000Z', alertId: 'alert' };
  const raised = await Promise.all([records.raised(id, alarm), records.raised(id, alarm)]);
  expect(raised.toSorted((a, b) => Number(a) - Number(b))).toEqual([false, true]);
  expect(await health()).toEqual({ hours: [], alarm });
  expect(await records.resolved(id, '2026-01-01T00:00:00.000Z')).toBe(false);
  expect(await records.resolved(id, AT)).toBe(true);
  expect(await records.resolved(id, AT)).toBe(false);
  expect(await health()).toEqual({ hours: [] });
});

test('outdated counts go when they are worth a write, and nothing else does', async () => {
  const { id, writer, records, health } = aSource();
  const hours = Array.from({ length: 60 }, (_, index) => hour(index, { accepted: 1 }));
  await writer.add(id, { lastAcceptedAt: AT, hours });
  const forgotten = async (oldest: number) => {
    const before = await health();
    if (before !== undefined) await records.forgetHoursBefore(id, before, oldest);
    return (await health())?.hours.length;
  };
  expect(await forgotten(40)).toBe(60);
  expect(await forgotten(50)).toBe(10);
  expect((await health())?.lastAcceptedAt).toBe(AT);
});

test('a deleted source leaves no health behind', async () => {
  const { id, writer, records, health } = aSource();
  await writer.add(id, { lastAcceptedAt: AT, hours: [] });
  await records.delete(id);
  expect(await health()).toBeUndefined();
});

test('the record that was refused last is kept for an hour, and goes with the source', async () => {
  const { id, writer, records } = aSource();
  const nowMs = Date.parse(AT);
  expect(await records.refusedSample(id, nowMs)).toBeUndefined();
  await writer.add(id, { hours: [], refusedSample: { at: AT, record: '{"a":1}' } });
  await writer.add(id, { hours: [], refusedSample: { at: AT, record: '{"b":2}' } });
  expect(await records.refusedSample(id, nowMs)).toEqual({ at: AT, record: '{"b":2}' });
  expect(await records.refusedSample(id, nowMs + 3_600_000)).toBeUndefined();
  await records.delete(id);
  expect(await records.refusedSample(id, nowMs)).toBeUndefined();
});
