import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dynamodbAlertStore } from '../../../functions/adapters/dynamodb/alerts.ts';
import { dynamodbDeliveryLog } from '../../../functions/adapters/dynamodb/deliveries/log.ts';
import { dynamodbGatewayRecords } from '../../../functions/adapters/operator/records.ts';
import { INDEX_SHARDS } from '../../../functions/core/model/wire/table.ts';
import type { AlertQuery, GatewayRecords } from '../../../functions/core/operator/ports.ts';
import type { AwsCall } from '../aws-fake.ts';
import { clockAt, type DynamodbTable, dynamodbTable } from '../dynamodb-table.ts';
import { aMessage, anAttempt, aRoutedAlert } from '../records.ts';

const NOW = '2026-01-15T15:00:00.000Z';
const LEASE = '2026-01-15T15:01:00.000Z';
const clock = clockAt(NOW);

let db: DynamodbTable;
let records: GatewayRecords;
beforeAll(async () => {
  db = await dynamodbTable();
  const options = { ...db, clock, retentionDays: 90 };
  records = dynamodbGatewayRecords(options);
  const store = dynamodbAlertStore(options);
  // Alert n was received n hours before 15:00, so 16 and later the day before, 40 and later two days before.
  await store.put(
    Array.from({ length: 48 }, (_, hours) =>
      aRoutedAlert(
        {
          id: `alert-${hours}`,
          received_at: new Date(clock.at - hours * 3_600_000).toISOString(),
          severity: hours % 2 === 0 ? 'critical' : 'low',
          type: hours % 3 === 0 ? 'login' : 'malware',
          status: hours === 4 ? 'resolved' : 'firing',
          source: { id: hours % 5 === 0 ? 'src_5' : 'src_1', name: 's', format: 'generic' },
          details: { note: hours === 33 ? { deep: ['The Needle'] } : 'hay' },
          labels: { environment: hours === 9 ? 'staging' : 'prod' },
        },
        { routing: hours === 7 ? 'unrouted' : 'routed' },
      ),
    ),
  );
  // The retention of the alert below ended before anybody looks.
  await dynamodbAlertStore({ ...options, retentionDays: -1 }).put([
    aRoutedAlert({ id: 'expired', received_at: '2026-01-15T14:30:00.000Z' }),
  ]);
});
afterAll(async () => db.close());

const query = (given: Partial<AlertQuery> = {}): AlertQuery => ({
  since: '2026-01-01T00:00:00Z',
  until: NOW,
  limit: 100,
  ...given,
});
const idsOf = async (given: Partial<AlertQuery> = {}) => {
  const { items } = await records.alerts(query(given));
  return items.map(({ alert }) => alert.id);
};
const numbered = (...hours: number[]) => hours.map((hour) => `alert-${hour}`);
const range = (from: number, to: number) =>
  numbered(...Array.from({ length: to - from + 1 }, (_, index) => from + index));

describe('a list of alerts', () => {
  test('is newest first over all days, without what expired', async () => {
    expect(await idsOf()).toEqual(range(0, 47));
  });

  test('includes both ends of its time range, in any notation', async () => {
    expect(await idsOf({ since: '2026-01-14T20:00:00Z', until: '2026-01-14T23:00:00+00:00' })).toEqual(
      range(16, 19),
    );
  });

  test.each([
    ['severity and above', { minSeverity: 'high', since: '2026-01-15T10:00:00Z' }, numbered(0, 2, 4)],
    ['type', { type: 'login', since: '2026-01-15T08:00:00Z' }, numbered(0, 3, 6)],
    ['a glob of types', { type: 'lo*n', since: '2026-01-15T08:00:00Z' }, numbered(0, 3, 6)],
    ['a glob of every type', { type: '*', since: '2026-01-15T12:00:00Z' }, range(0, 3)],
    ['the beginning of a type', { type: 'log', since: '2026-01-15T08:00:00Z' }, []],
    ['status', { status: 'resolved' }, numbered(4)],
    ['routing', { routing: 'unrouted' }, numbered(7)],
    ['source', { sourceId: 'src_5', since: '2026-01-14T10:00:00Z' }, numbered(0, 5, 10, 15, 20, 25)],
    ['source and severity', { sourceId: 'src_5', minSeverity: 'high' }, numbered(0, 10, 20, 30, 40)],
    ['text anywhere in the details', { text: 'the needle' }, numbered(33)],
    ['text of a label', { text: 'STAGING' }, numbered(9)],
    ['text that is nowhere', { text: 'nowhere' }, []],
  ] satisfies [string, Partial<AlertQuery>, string[]][])('filters by %s', async (_name, given, expected) => {
    expect(await idsOf(given)).toEqual(expected);
  });

  test.each<[string, number, Partial<AlertQuery>]>([
    ['nothing', 48, {}],
    ['time', 30, { since: '2026-01-14T05:00:00Z', until: '2026-01-15T10:00:00Z' }],
    ['source', 38, { sourceId: 'src_1' }],
    ['severity', 24, { minSeverity: 'high' }],
    ['type', 16, { type: 'log*' }],
    ['state', 47, { status: 'firing' }],
    ['routing', 1, { routing: 'unrouted' }],
    ['text', 47, { text: '"note":"HAY"' }],
    [
      'all at once',
      12,
      { sourceId: 'src_1', type: 'm*', status: 'firing', text: 'PROD', minSeverity: 'high' },
    ],
  ])('filtered by %s is whole when its pages are followed to their end', async (_name, count, given) => {
    const all = await idsOf(given);
    expect(all).toHaveLength(count);
    const pages: string[][] = [];
    let after: string | undefined;
    do {
      const page = await records.alerts(query({ ...given, limit: 7, ...(after !== undefined && { after }) }));
      pages.push(page.items.map(({ alert }) => alert.id));
      after = page.next;
    } while (after !== undefined);
    expect(pages.flat()).toEqual(all);
    expect(pages.slice(0, -1).every((page) => page.length === 7)).toBe(true);
  });

  test('is continued without gaps and repetitions when new ones arrive', async () => {
    const own = await dynamodbTable();
    const options = { ...own, clock, retentionDays: 90 };
    const list = dynamodbGatewayRecords(options);
    const put = async (id: string, receivedAt: string) =>
      dynamodbAlertStore(options).put([aRoutedAlert({ id, received_at: receivedAt })]);
    await put('old', '2026-01-15T14:00:00.000Z');
    await put('older', '2026-01-15T13:00:00.000Z');
    const first = await list.alerts(query({ limit: 1 }));
    await put('new', '2026-01-15T14:30:00.000Z');
    const rest = await list.alerts(query({ limit: 5, after: first.next ?? '' }));
    expect([...first.items, ...rest.items].map(({ alert }) => alert.id)).toEqual(['old', 'older']);
    await own.close();
  });

  test('names each once, also while the index has it twice or at a time that it left', async () => {
    const own = await dynamodbTable();
    const options = { ...own, clock, retentionDays: 90 };
    const put = async (id: string, receivedAt: string) =>
      dynamodbAlertStore(options).put([aRoutedAlert({ id, received_at: receivedAt })], { isAll: true });
    const ids = ['moved', 'other', 'third', 'fourth', 'fifth'];
    for (const [index, id] of ids.entries()) await put(id, `2026-01-15T14:0${index}:00.000Z`);
    await put('moved', '2026-01-15T14:30:00.000Z');
    /** Each query is answered with every row twice, and with the one that was left. */
    const lagging = async (call: AwsCall) => {
      const answer = await own.ask(call);
      const { Items, ...rest } = JSON.parse(answer.body) as { Items: Record<string, { S: string }>[] };
      const left = Items.filter(({ pk }) => pk?.S === 'ALERT#moved').map((row) => ({
        ...row,
        time_sk: { S: '2026-01-15T14:00:00.000Z#moved' },
      }));
      return { body: JSON.stringify({ ...rest, Items: [...Items.flatMap((row) => [row, row]), ...left] }) };
    };
    const list = dynamodbGatewayRecords(options);
    for (const limit of [1, 2, 100]) {
      const found: string[] = [];
      let after: string | undefined;
      do {
        for (let shard = 0; shard < INDEX_SHARDS; shard += 1) own.breakNext('Query', lagging);
        const page = await list.alerts(
          query({ since: '2026-01-15T00:00:00Z', limit, ...(after !== undefined && { after }) }),
        );
        found.push(...page.items.map(({ alert }) => alert.id));
        after = page.next;
      } while (after !== undefined);
      expect(found).toEqual(['moved', 'fifth', 'fourth', 'third', 'other']);
    }
    await own.close();
  });

  test('that ends with its page has no next one', async () => {
    expect(await records.alerts(query({ limit: 48 }))).not.toHaveProperty('next');
    expect(await records.alerts(query({ limit: 47 }))).toHaveProperty('next');
  });

  test('from the beginning of time asks for no day before the retention', async () => {
    const before = db.calls.length;
    expect(await idsOf({ since: '1970-01-01T00:00:00Z', until: '2999-01-01T00:00:00Z' })).toHaveLength(48);
    // 92 days, each in one partition and in the three of what was stored before there were sheets, and the items.
    expect(db.calls.length - before).toBeLessThan(92 * 4 + 20);
  });

  test('refuses what is no instant, and no token of its own', async () => {
    await expect(idsOf({ since: 'yesterday' })).rejects.toThrow('since "yesterday" is not an instant');
    await expect(idsOf({ after: 'bm9uc2Vuc2U' })).rejects.toThrow('expected the value of "next"');
  });
});

describe('deliveries', () => {
  const log = () => dynamodbDeliveryLog({ ...db, clock, retentionDays: 90 });

  beforeAll(async () => {
    for (let hours = 0; hours < 20; hours += 1) {
      const claim = await log().claim(
        aMessage({
          delivery_id: `delivery-${hours}`,
          alert_id: `alert-${hours}`,
          destination_id: 'dst_1',
          created_at: new Date(clock.at - hours * 3_600_000).toISOString(),
        }),
        LEASE,
      );
      if (claim.claim === 'granted' && hours % 4 === 0) {
        await log().record(claim.delivery, anAttempt(), 'delivered');
      }
    }
  });

  const list = async (given: object) =>
    records.deliveries({
      since: '2026-01-01T00:00:00Z',
      until: NOW,
      destinationId: 'dst_1',
      limit: 100,
      ...given,
    });

  test('are listed per destination, newest first, and by state', async () => {
    const { items } = await list({});
    expect(items.map(({ id }) => id)).toEqual(Array.from({ length: 20 }, (_, hours) => `delivery-${hours}`));
    const delivered = await list({ state: 'delivered', limit: 3 });
    expect(delivered.items.map(({ id }) => id)).toEqual(['delivery-0', 'delivery-4', 'delivery-8']);
    const rest = await list({ state: 'delivered', limit: 3, after: delivered.next });
    expect(rest.items.map(({ id }) => id)).toEqual(['delivery-12', 'delivery-16']);
    expect((await list({ destinationId: 'dst_2' })).items).toEqual([]);
  });

  test('are found by recipient, over all pages, in any case', async () => {
    const log = dynamodbDeliveryLog({ ...db, clock, retentionDays: 90 });
    const created = (hours: number) => new Date(clock.at - hours * 3_600_000).toISOString();
    for (let hours = 0; hours < 12; hours += 1) {
      const recipient = hours % 3 === 0 ? 'Ana@example.com' : 'ben@example.com';
      const ids = {
        delivery_id: `mail-${hours}`,
        alert_id: `mail-alert-${hours}`,
        destination_id: 'dst_mail',
      };
      const message = aMessage({ ...ids, channel: 'email', recipient, created_at: created(hours) });
      await log.claim(message, LEASE);
    }
    const mine = { destinationId: 'dst_mail', recipient: 'ana@EXAMPLE.com', limit: 3 };
    const first = await list(mine);
    expect(first.items.map(({ id }) => id)).toEqual(['mail-0', 'mail-3', 'mail-6']);
    const rest = await list({ ...mine, after: first.next });
    expect(rest.items.map(({ id }) => id)).toEqual(['mail-9']);
    expect(rest.next).toBeUndefined();
    expect((await list({ destinationId: 'dst_mail', mailState: 'bounced' })).items).toEqual([]);
  });

  test('are found by id', async () => {
    expect(await records.delivery('delivery-4')).toMatchObject({ id: 'delivery-4', attempts: [anAttempt()] });
    expect(await records.delivery('delivery-99')).toBeUndefined();
  });
});

describe('one alert', () => {
  test('comes with its deliveries, those that still wait in a queue included', async () => {
    const planned = [
      { id: 'p-1', destination_id: 'dst_1', channel: 'webhook' as const },
      { id: 'p-2', destination_id: 'dst_2', channel: 'email' as const, recipient: 'ops@example.com' },
    ];
    const routed = aRoutedAlert({ id: 'alert-p' }, { deliveries: planned });
    await records.putAlert(routed);
    await dynamodbDeliveryLog({ ...db, clock, retentionDays: 90 }).claim(
      aMessage({ delivery_id: 'p-1', alert_id: 'alert-p' }),
      LEASE,
    );
    const found = await records.alert('alert-p');
    expect(found?.routed).toEqual(routed);
    expect(found?.deliveries).toEqual([
      expect.objectContaining({ id: 'p-1', state: 'sending', attempt: 1 }),
      {
        id: 'p-2',
        alert_id: 'alert-p',
        destination_id: 'dst_2',
        channel: 'email',
        recipient: 'ops@example.com',
        state: 'pending',
        attempt: 0,
        round: 1,
        created_at: routed.routed_at,
        updated_at: routed.routed_at,
        attempts: [],
      },
    ]);
  });

  test('that is unknown or expired is not there', async () => {
    expect(await records.alert('unknown')).toBeUndefined();
    expect(await records.alert('expired')).toBeUndefined();
  });
});

test('a list that wants one of many reads more at a time the further it looks', async () => {
  const begin = Date.parse('2025-12-20T00:00:00.000Z');
  await dynamodbAlertStore({ ...db, clock, retentionDays: 90 }).put(
    Array.from({ length: 300 }, (_, seconds) =>
      aRoutedAlert(
        { id: `rare-${seconds}`, received_at: new Date(begin + seconds * 1_000).toISOString() },
        { routing: seconds === 0 ? 'unrouted' : 'routed' },
      ),
    ),
  );
  const before = db.calls.length;
  const { items } = await records.alerts({
    since: '2025-12-20T00:00:00Z',
    until: '2025-12-20T12:00:00Z',
    routing: 'unrouted',
    limit: 1,
  });
  expect(items.map(({ alert }) => alert.id)).toEqual(['rare-0']);
  // 25, 100 and 400 entries of its partition; of each of the three from before there were sheets, none.
  expect(db.calls.slice(before).filter(({ operation }) => operation === 'Query')).toHaveLength(6);
});
