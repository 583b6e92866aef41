import { randomBytes, randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { findAlerts } from '../../../functions/adapters/dynamodb/alert-items.ts';
import { alertKey, alertPlanKey, sheetKey, shardOf } from '../../../functions/adapters/dynamodb/keys.ts';
import { shownIn } from '../../../functions/adapters/dynamodb/sheets.ts';
import type { RoutedAlert } from '../../../functions/core/model/wire/accepted-alerts.ts';
import type { Alert } from '../../../functions/core/model/wire/alert.ts';
import { alertId, requestIdOf, sheetPlaceOf } from '../../../functions/core/model/wire/ids.ts';
import { dynamodbLooks } from '../../../functions/adapters/operator/looks.ts';
import { dynamodbRequestRecords } from '../../../functions/adapters/dynamodb/requests.ts';
import { dynamodbGatewayRecords } from '../../../functions/adapters/operator/records.ts';
import {
  dynamodbAcceptedEnds,
  dynamodbAlertStore,
  dynamodbStoredAlerts,
} from '../../../functions/adapters/dynamodb/alerts.ts';
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
  const { Item } = await db.client.call('GetItem', { TableName: db.table, Key: alertKey(id) });
  return Item ?? {};
}

const REQUEST = requestIdOf('11111111-1111-4111-8111-111111111111');
const found = async (ids: string[]) => findAlerts(ids, { ...db, isConsistent: true, wait: async () => {} });

async function sheetOf(id: string) {
  const { Item } = await db.client.call('GetItem', {
    TableName: db.table,
    Key: sheetKey(sheetPlaceOf(id).sheet),
  });
  return Item ?? {};
}

/** As an earlier version wrote it. */
const olderItem = (routed: RoutedAlert) => {
  const { id, source, severity, type, title, status } = routed.alert;
  return {
    ...alertKey(id),
    time_pk: shardOf('ALERTS#2026-01-15', id),
    time_sk: `2026-01-15T14:23:01.000Z#${id}`,
    lookup_pk: shardOf(`SOURCE#${source.id}#2026-01-15`, id),
    lookup_sk: `2026-01-15T14:23:01.000Z#${id}`,
    severity,
    type,
    title,
    source_id: source.id,
    alert_status: status,
    routing: routed.routing,
    routed_alert: JSON.stringify(routed),
    expires_at: Date.parse(NOW) / 1_000 + 86_400,
  };
};

const callsOf = (operation: string) => db.calls.filter((call) => call.operation === operation).length;

describe('alerts of one request', () => {
  const alertOf = (index: number, given: Partial<Alert> = {}) =>
    aRoutedAlert({ id: alertId(REQUEST, index), details: { ip: `203.0.113.${index}` }, ...given });

  test('lie on one sheet, with what lists filter and expire by', async () => {
    const alerts = Array.from({ length: 10 }, (_, index) =>
      alertOf(index, { severity: index === 3 ? 'critical' : 'low', type: index < 5 ? 'a b' : 'c' }),
    );
    const before = callsOf('BatchWriteItem');
    await aStore().store.put(alerts, { isAll: true });
    expect(callsOf('BatchWriteItem') - before).toBe(1);
    const item = await sheetOf(alertId(REQUEST, 0));
    expect(item).toMatchObject({
      time_pk: 'SHEETS#2026-01-15',
      time_sk: `2026-01-15T14:23:01.000Z#${sheetPlaceOf(alertId(REQUEST, 0)).sheet}`,
      lookup_pk: 'SHEETS#src_1#2026-01-15',
      severity: 'critical low',
      type: 'a%20b c',
      alert_status: 'firing',
      routing: 'routed',
      expires_at: Date.parse(NOW) / 1_000 + 90 * 86_400,
    });
    expect(shownIn(item, 'type')).toEqual(['a b', 'c']);
    const ids = alerts.map(({ alert }) => alert.id);
    expect(await found(ids)).toEqual(new Map(alerts.map((one) => [one.alert.id, one])));
  });

  test('stay where others of their sheet come later, and the sheet no longer says what it does not hold', async () => {
    const { store } = aStore();
    const [first, second] = [alertOf(20), alertOf(21, { severity: 'critical' })];
    await store.put([first], { isAll: true });
    await store.put([second]);
    expect(await found([first.alert.id, second.alert.id])).toEqual(
      new Map([first, second].map((one) => [one.alert.id, one])),
    );
    expect((await sheetOf(first.alert.id))['severity']).toBeUndefined();
    expect(await store.stored([first.alert.id, second.alert.id, alertId(REQUEST, 22)])).toEqual(
      new Set([first.alert.id, second.alert.id]),
    );
  });

  test('lie alone where they are long, or are held', async () => {
    const long = alertOf(30, { details: { noise: randomBytes(9_000).toString('base64') } });
    const held = {
      ...alertOf(31),
      deliveries: [
        {
          id: 'd',
          destination_id: 'dst_1',
          channel: 'webhook' as const,
          outside: { because: 'hold', until: '2026-01-20T00:00:00.000Z' } as never,
        },
      ],
    };
    await aStore().store.put([long, held], { isAll: true });
    expect(await sheetOf(long.alert.id)).toEqual({});
    expect(await found([long.alert.id, held.alert.id])).toEqual(
      new Map<string, unknown>([
        [long.alert.id, long],
        [held.alert.id, held],
      ]),
    );
  });

  test('that died before a router had them are not routed alerts, and are no others', async () => {
    const { store } = aStore();
    const routed = alertOf(40);
    const dead = alertOf(41);
    await store.put([routed]);
    const ends = dynamodbAcceptedEnds({ ...db, clock: clockAt(NOW), retentionDays: 90 });
    const letter = {
      schema_version: '1' as const,
      request_id: REQUEST,
      alerts: [routed.alert, dead.alert],
    };
    expect((await ends.bury(letter)).map(({ id }) => id)).toEqual([dead.alert.id]);
    expect(await ends.bury(letter)).toEqual([]);
    expect(await store.stored([routed.alert.id, dead.alert.id])).toEqual(new Set([routed.alert.id]));
    expect((await found([dead.alert.id])).get(dead.alert.id)?.routing).toBe('dead');
    await store.put([dead]);
    expect(await store.stored([dead.alert.id])).toEqual(new Set([dead.alert.id]));
  });
});

describe('an alert is in one place, and in lists once,', () => {
  const planTo = (recipients: number) =>
    Array.from({ length: recipients }, () => ({
      id: randomUUID(),
      destination_id: 'dst_1',
      channel: 'email' as const,
      recipient: `${randomUUID()}@example.com`,
    }));
  const aHold = { because: 'hold', until: '2026-01-20T00:00:00.000Z' } as never;
  const own = (name: string, given: Partial<RoutedAlert> = {}) => ({
    ...aRoutedAlert({ source: { id: `src_${name}`, name, format: 'generic' }, id: idOf[name] ?? name }),
    ...given,
  });
  const idOf: Record<string, string> = {};
  const listed = async (name: string, query: object = {}) => {
    const options = { ...db, clock: clockAt(NOW), retentionDays: 90 };
    const range = { since: '2026-01-15T00:00:00.000Z', until: NOW, limit: 50, sourceId: `src_${name}` };
    const found = await dynamodbGatewayRecords(options).alerts({ ...range, ...query });
    return found.items.map(({ routing, deliveries }) => `${routing} to ${String(deliveries.length)}`);
  };
  const letterOf = (alert: Alert) => ({ schema_version: '1' as const, request_id: REQUEST, alerts: [alert] });
  const isLong = { deliveries: planTo(400) };
  const isHeld = { deliveries: planTo(1).map((one) => ({ ...one, outside: aHold })) };

  const isShort = {};
  /** Each has a sheet and a source of its own. */
  const casesOf = (first: number) =>
    ['on-a-sheet', 'of-tocsin'].flatMap((kind) =>
      ['dead', 'routed'].flatMap((before) =>
        [isLong, isHeld, isShort].map((after, which) => {
          const name = `${kind}-${before}-${which}-${first}`;
          idOf[name] =
            kind === 'on-a-sheet' ? alertId(REQUEST, 10 * (first + Object.keys(idOf).length)) : randomUUID();
          return { kind, before, after, name };
        }),
      ),
    );

  test.each(casesOf(10))('$name: put again with a plan that may not fit', async ({ before, after, name }) => {
    const { store } = aStore();
    const ends = dynamodbAcceptedEnds({ ...db, clock: clockAt(NOW), retentionDays: 90 });
    const again = own(name, after);
    if (before === 'dead') await ends.bury(letterOf(again.alert));
    else await store.put([own(name)]);
    await store.put([again]);
    expect(await listed(name)).toEqual([`routed to ${String(again.deliveries.length)}`]);
    expect(await listed(name, { routing: 'dead' })).toEqual([]);
    expect(await found([again.alert.id])).toEqual(new Map([[again.alert.id, again]]));
    // Once more, without a plan: it stays where it is, and forgets nothing.
    await store.put([own(name)]);
    expect(await listed(name)).toEqual([`routed to ${String(again.deliveries.length)}`]);
    expect(await store.stored([again.alert.id])).toEqual(new Set([again.alert.id]));
  });

  test.each(casesOf(100).filter(({ after }) => after !== isShort))(
    '$name: and a put that ends between its writes is put again',
    async ({ after, name }) => {
      const { store } = aStore();
      const again = own(name, after);
      await store.put([own(name)]);
      db.breakNext('UpdateItem', () => jsonError('ValidationException'));
      await store.put([again]).catch(() => {});
      const isWhole = (await store.stored([again.alert.id])).has(again.alert.id);
      expect(isWhole).toBe(false);
      await store.put([again]);
      expect(await listed(name)).toEqual([`routed to ${String(again.deliveries.length)}`]);
      expect(await store.stored([again.alert.id])).toEqual(new Set([again.alert.id]));
    },
  );

  test('one of before there were sheets too', async () => {
    const { store } = aStore();
    const name = 'src-before';
    const routed = own(name);
    await db.client.call('PutItem', { TableName: db.table, Item: olderItem(routed) });
    await store.put([own(name, { deliveries: planTo(2) })]);
    expect(await listed(name)).toEqual(['routed to 2']);
  });
});

describe('an alert that two write at a time', () => {
  const before = ['none', 'dead', 'routed', 'beside another'] as const;
  const cases = before
    .flatMap((stood) =>
      (['short', 'held', 'long'] as const).flatMap((mine) =>
        (['short', 'held', 'long'] as const).map((other) => ({ stood, mine, other })),
      ),
    )
    // Long ones take their time.
    .filter(({ stood, mine, other }) => stood === 'routed' || (mine !== 'long' && other !== 'long'));
  const outside = { because: 'hold', until: '2026-01-20T00:00:00.000Z' } as never;
  /** Addresses that do not compress, so that they fit into no item. */
  const recipient = randomBytes(400_000).toString('base64');
  /** What a router plans, or an operator: never the same. */
  const planned = (kind: 'short' | 'held' | 'long') => [
    {
      id: randomUUID(),
      destination_id: 'dst_1',
      channel: 'email' as const,
      ...(kind === 'held' && { outside }),
      ...(kind === 'long' && { recipient }),
    },
  ];
  let sheets = 500;

  test.each(cases)(
    '$stood stood there: $mine, and $other between its calls',
    async ({ stood, mine, other }) => {
      const { store } = aStore();
      for (let at = 0; at < 6; at += 1) {
        sheets += 1;
        const id = alertId(REQUEST, sheets * 10 + 3);
        const first = stood === 'routed' || stood === 'beside another' ? planned('short') : [];
        if (stood === 'dead') {
          const letter = {
            schema_version: '1' as const,
            request_id: REQUEST,
            alerts: [aRoutedAlert({ id }).alert],
          };
          await dynamodbAcceptedEnds({ ...db, clock: clockAt(NOW), retentionDays: 90 }).bury(letter);
        }
        if (first.length > 0) await store.put([aRoutedAlert({ id }, { deliveries: first })]);
        const neighbour = aRoutedAlert(
          { id: alertId(REQUEST, sheets * 10 + 4) },
          { deliveries: planned('short') },
        );
        if (stood === 'beside another') await store.put([neighbour]);
        const theirs = planned(other);
        let calls = 0;
        const client: typeof db.client = {
          ...db.client,
          call: async (operation, input) => {
            calls += 1;
            if (calls === at + 1) await store.put([aRoutedAlert({ id }, { deliveries: theirs })]);
            return db.client.call(operation, input);
          },
        };
        const ours = planned(mine);
        const options = { ...db, client, clock: clockAt(NOW), retentionDays: 90, wait: async () => {} };
        await dynamodbAlertStore(options).put([aRoutedAlert({ id }, { deliveries: ours })]);
        if (calls <= at) break;
        const [one] = [...(await found([id])).values()];
        const ids = new Set(one?.deliveries.map((delivery) => delivery.id));
        const missing = [...first, ...theirs, ...ours].filter((delivery) => !ids.has(delivery.id));
        expect(missing, `before call ${String(at + 1)}`).toHaveLength(0);
        // Two first decisions of which one needs an item of its own lie in two places until they are put again.
        if (stood === 'none') await store.put([aRoutedAlert({ id })]);
        expect(await store.stored([id])).toEqual(new Set([id]));
        if (stood === 'beside another') expect((await found([neighbour.alert.id])).size).toBe(1);
      }
    },
  );
});

test('an alert that was stored before there were sheets is read as it was', async () => {
  const source = { id: 'src_old', name: 'old', format: 'generic' };
  const routed = aRoutedAlert({ id: 'old-1', source });
  await db.client.call('PutItem', { TableName: db.table, Item: olderItem(routed) });
  expect(await found(['old-1'])).toEqual(new Map([['old-1', routed]]));
  const options = { ...db, clock: clockAt(NOW), retentionDays: 90 };
  const records = dynamodbGatewayRecords(options);
  const query = { since: '2026-01-15T00:00:00.000Z', until: NOW, limit: 50, sourceId: 'src_old' };
  expect((await records.alert('old-1'))?.routed).toEqual(routed);
  expect((await records.alerts(query)).items).toEqual([routed]);
  expect((await dynamodbLooks(options).alerts(query)).items.map(({ id }) => id)).toEqual(['old-1']);
  expect(
    await records.idsBeginning({ prefix: 'old', since: '2026-01-15T00:00:00.000Z', destinationIds: [] }),
  ).toEqual([{ id: 'old-1', kind: 'alert' }]);
  // A watcher that never ran begins a day back: what it has looked at is not what is there.
  await dynamodbRequestRecords(db).keepLookedAtUntil('2026-01-14T15:01:00.000Z', NOW);
  expect((await dynamodbGatewayRecords(options).alerts(query)).items).toEqual([routed]);
});

test('sixty alerts are three calls, and the same alert twice is one item', async () => {
  const before = callsOf('BatchWriteItem');
  const alerts = Array.from({ length: 60 }, (_, index) => aRoutedAlert({ id: `b-${index}` }));
  await aStore().store.put([...alerts, ...alerts]);
  expect(callsOf('BatchWriteItem') - before).toBe(3);
});

test('alerts that are listed each by itself are written no faster than the partition of a day takes them', async () => {
  const waits: number[] = [];
  const wait = async (ms: number) => void waits.push(ms);
  const paced = { ...db, clock: clockAt(NOW), retentionDays: 90, wait, entriesPerSecond: 450 };
  const store = dynamodbAlertStore(paced);
  const group = (count: number) => Array.from({ length: count }, () => aRoutedAlert({ id: randomUUID() }));
  await store.put(group(100));
  expect(waits).toEqual([(100 / 450) * 1_000]);
  // A few, and those that came together, are not waited for.
  await store.put(group(25));
  const together = Array.from({ length: 100 }, (_, index) =>
    aRoutedAlert({ id: alertId(REQUEST, 9_000 + index) }),
  );
  await store.put(together, { isAll: true });
  expect(waits).toHaveLength(1);
});

test('which alerts are stored is asked for a hundred at a time', async () => {
  const { store } = aStore();
  await store.put([aRoutedAlert({ id: 'c-7' }), aRoutedAlert({ id: 'c-149' })]);
  const before = callsOf('BatchGetItem');
  const ids = Array.from({ length: 150 }, (_, index) => `c-${index}`);
  expect(await store.stored([...ids, 'c-7'])).toEqual(new Set(['c-7', 'c-149']));
  // Each by its sheet and as one that lies alone: 300 keys.
  expect(callsOf('BatchGetItem') - before).toBe(3);
  expect(await store.stored([])).toEqual(new Set());
});

test('a large alert is compressed and reads back as it was', async () => {
  const routed = aRoutedAlert({ id: 'd-1', details: { log: 'failed password for root\n'.repeat(40_000) } });
  await aStore().store.put([routed]);
  expect(await found(['d-1'])).toEqual(new Map([['d-1', routed]]));
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
    const page = alertPlanKey(id, String((await itemOf(id))['plan_name']), 0);
    await db.client.call('DeleteItem', { TableName: db.table, Key: page });
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
  // The largest that there is: dynalite shuffles by it.
  beforeEach(() => vi.spyOn(Math, 'random').mockReturnValue(1 - 2 ** -53));
  afterEach(() => vi.restoreAllMocks());
  const breakAll = (operation: string, fault: typeof unwritten | typeof unreadable, calls: number) => {
    for (let call = 0; call < calls; call += 1) db.breakNext(operation, fault);
  };
  // A client tries a refused call four times by itself.
  const perTry = unwritten === refused ? 4 : 1;

  test('is waited for as long as there is time, ever longer', async () => {
    const { store, waits } = aStore();
    breakAll('BatchWriteItem', unwritten, 8 * perTry);
    const id = `f-${String(perTry)}`;
    await store.put([aRoutedAlert({ id })]);
    expect(waits).toEqual([50, 100, 200, 400, 800, 1_600, 2_000, 2_000]);
    breakAll('BatchGetItem', unreadable, 3 * perTry);
    expect(await store.stored([id])).toEqual(new Set([id]));
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
