import { randomBytes, randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { readAlerts } from '../../../functions/adapters/dynamodb/alert-items.ts';
import { dynamodbGatewayRecords } from '../../../functions/adapters/operator/records.ts';
import { dynamodbAlertStore, dynamodbStoredAlerts } from '../../../functions/adapters/dynamodb/alerts.ts';
import { jsonError } from '../aws-fake.ts';
import { clockAt, type DynamodbTable, dynamodbTable } from '../dynamodb-table.ts';
import { aRoutedAlert } from '../records.ts';

let db: DynamodbTable;
beforeAll(async () => {
  db = await dynamodbTable();
});
afterAll(async () => db.close());

const NOW = '2026-01-15T15:00:00.000Z';

/** A store in an invocation that has so much time left; waits take none of ours. */
function aStore(leftMs = 30_000) {
  const waits: number[] = [];
  const wait = async (ms: number) => void waits.push(ms);
  const timeLeft = { ms: () => leftMs - waits.reduce((sum, ms) => sum + ms, 0) };
  return {
    waits,
    store: dynamodbAlertStore({ ...db, clock: clockAt(NOW), retentionDays: 90, wait, timeLeft }),
  };
}

async function itemOf(id: string) {
  const { Item } = await db.client.call('GetItem', {
    TableName: db.table,
    Key: { pk: `ALERT#${id}`, sk: 'ALERT' },
  });
  return Item ?? {};
}

const callsOf = (operation: string) => db.calls.filter((call) => call.operation === operation).length;

test('an alert is stored with what lists show, filter and expire by', async () => {
  const routed = aRoutedAlert({ id: 'a-1', severity: 'critical', details: { ip: '203.0.113.50' } });
  await aStore().store.put([routed]);
  const item = await itemOf('a-1');
  expect(item).toMatchObject({
    time_pk: 'ALERTS#2026-01-15#1',
    time_sk: '2026-01-15T14:23:01.000Z#a-1',
    lookup_pk: 'SOURCE#src_1#2026-01-15#1',
    lookup_sk: '2026-01-15T14:23:01.000Z#a-1',
    source_id: 'src_1',
    severity: 'critical',
    type: 'threat_alert',
    title: 'Something happened',
    alert_status: 'firing',
    routing: 'routed',
    expires_at: Date.parse(NOW) / 1_000 + 90 * 86_400,
  });
  expect(await readAlerts([item], { ...db, wait: async () => {} })).toEqual([routed]);
});

test('sixty alerts are three calls, and the same alert twice is one item', async () => {
  const before = callsOf('BatchWriteItem');
  const alerts = Array.from({ length: 60 }, (_, index) => aRoutedAlert({ id: `b-${index}` }));
  await aStore().store.put([...alerts, ...alerts]);
  expect(callsOf('BatchWriteItem') - before).toBe(3);
});

test('which alerts are stored is asked for a hundred at a time', async () => {
  const { store } = aStore();
  await store.put([aRoutedAlert({ id: 'c-7' }), aRoutedAlert({ id: 'c-149' })]);
  const before = callsOf('BatchGetItem');
  const ids = Array.from({ length: 150 }, (_, index) => `c-${index}`);
  expect(await store.stored([...ids, 'c-7'])).toEqual(new Set(['c-7', 'c-149']));
  expect(callsOf('BatchGetItem') - before).toBe(2);
  expect(await store.stored([])).toEqual(new Set());
});

test('a large alert is compressed and reads back as it was', async () => {
  const routed = aRoutedAlert({ id: 'd-1', details: { log: 'failed password for root\n'.repeat(40_000) } });
  await aStore().store.put([routed]);
  const item = await itemOf('d-1');
  expect(item['routed_alert']).toBeInstanceOf(Uint8Array);
  expect(await readAlerts([item], { ...db, wait: async () => {} })).toEqual([routed]);
});

describe.each([
  // An alert as large as ingestion takes one, and recipients whose addresses do not compress.
  ['a large alert to 4,000 recipients', 370_000, 4_000],
  ['a small alert to 12,000 recipients', 0, 12_000],
  ['a large alert to 12,000 recipients', 370_000, 12_000],
])('%s, whose plan does not fit beside it', (_, noise, recipients) => {
  const id = `p-${String(noise)}-${String(recipients)}`;
  const alert = { id, details: { noise: randomBytes((noise * 3) / 4).toString('base64') } };
  const routed = {
    ...aRoutedAlert(alert),
    deliveries: Array.from({ length: recipients }, () => ({
      id: randomUUID(),
      destination_id: 'dst_1',
      channel: 'email' as const,
      recipient: `${randomUUID()}@example.com`,
    })),
  };

  test('is stored, and reads back as it was by everybody who reads it', async () => {
    const { store } = aStore();
    await store.put([routed, aRoutedAlert({ id: `${id}-beside` })]);
    expect((await itemOf(id))['plan_pages']).toBeGreaterThan(0);
    expect(await store.stored([id])).toEqual(new Set([id]));
    const found = await dynamodbStoredAlerts({ ...db, wait: async () => {} }).find([id, `${id}-beside`]);
    // Not `toEqual`: what it would print is a megabyte.
    expect(isDeepStrictEqual(found.get(id)?.routed, routed)).toBe(true);
    expect(found.get(`${id}-beside`)?.routed.alert.id).toBe(`${id}-beside`);
    const records = dynamodbGatewayRecords({ ...db, clock: clockAt(NOW), retentionDays: 90 });
    const shown = await records.alert(id);
    expect(isDeepStrictEqual(shown?.routed, routed)).toBe(true);
    expect(shown?.deliveries).toHaveLength(recipients);
  });

  test('is not read as sent to nobody when a page of its plan is missing', async () => {
    const { store } = aStore();
    await store.put([routed]);
    await db.client.call('DeleteItem', { TableName: db.table, Key: { pk: `ALERT#${id}`, sk: 'PLAN#0000' } });
    const stored = dynamodbStoredAlerts({ ...db, wait: async () => {} });
    const said = await stored.find([id]).then(
      () => 'read',
      (error: unknown) => String(error),
    );
    expect(said).toMatch(/^Error: the plan of alert p-/u);
  });

  test('counts as stored only once its plan is there', async () => {
    const { store } = aStore();
    await db.client.call('DeleteItem', { TableName: db.table, Key: { pk: `ALERT#${id}`, sk: 'ALERT' } });
    db.breakNext('BatchWriteItem', () => jsonError('ValidationException'));
    await expect(store.put([routed])).rejects.toMatchObject({ name: 'ValidationException' });
    expect(await store.stored([id])).toEqual(new Set());
  });
});

test('an alert that fits no item even compressed is thrown', async () => {
  const routed = aRoutedAlert({ id: 'e-1', details: { noise: randomBytes(450_000).toString('base64') } });
  await expect(aStore().store.put([routed])).rejects.toThrow('Item size');
});

/** An answer of BatchWriteItem that leaves all of its items over. */
const leftOver = ({ body }: { body: string }) => ({
  body: JSON.stringify({ UnprocessedItems: (JSON.parse(body) as { RequestItems: unknown }).RequestItems }),
});

/** An answer of BatchGetItem that leaves all of its keys over. */
const unread = ({ body }: { body: string }) => ({
  body: JSON.stringify({
    Responses: {},
    UnprocessedKeys: (JSON.parse(body) as { RequestItems: unknown }).RequestItems,
  }),
});
/** What DynamoDB says instead when it took nothing of a batch. */
const refused = () => jsonError('ProvisionedThroughputExceededException');

describe.each([
  ['leaves it over', leftOver, unread],
  ['refuses all of it', refused, refused],
])('a table that is too busy and %s', (_, unwritten, unreadable) => {
  beforeEach(() => vi.spyOn(Math, 'random').mockReturnValue(1));
  afterEach(() => vi.restoreAllMocks());
  const breakAll = (operation: string, fault: typeof unwritten | typeof unreadable, calls: number) => {
    for (let call = 0; call < calls; call += 1) db.breakNext(operation, fault);
  };
  // A client tries a refused call four times by itself.
  const perTry = unwritten === refused ? 4 : 1;

  test('is waited for as long as there is time, ever longer', async () => {
    const { store, waits } = aStore();
    breakAll('BatchWriteItem', unwritten, 8 * perTry);
    await store.put([aRoutedAlert({ id: 'f-1' })]);
    expect(waits).toEqual([50, 100, 200, 400, 800, 1_600, 2_000, 2_000]);
    breakAll('BatchGetItem', unreadable, 3 * perTry);
    expect(await store.stored(['f-1'])).toEqual(new Set(['f-1']));
    expect(waits.slice(8)).toEqual([50, 100, 200]);
  });

  test('is an error once the time is nearly over: nothing is forgotten', async () => {
    const { store, waits } = aStore(5_399);
    breakAll('BatchWriteItem', unwritten, 4 * perTry);
    await expect(store.put([aRoutedAlert({ id: 'g-1' })])).rejects.toThrow(
      'dynamodb left 1 of 1 items unwritten until the time was over',
    );
    expect(waits).toEqual([50, 100, 200]);
    breakAll('BatchGetItem', unreadable, perTry);
    await expect(store.stored(['g-1'])).rejects.toThrow('unread until the time was over');
    expect(await aStore().store.stored(['g-1'])).toEqual(new Set());
  });
});
