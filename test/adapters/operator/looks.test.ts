import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamodbAlertStore } from '../../../functions/adapters/dynamodb/alerts.ts';
import { dynamodbDeliveryLog } from '../../../functions/adapters/dynamodb/deliveries/log.ts';
import { dynamodbRequestRecords } from '../../../functions/adapters/dynamodb/requests.ts';
import { dynamodbLooks } from '../../../functions/adapters/operator/looks.ts';
import type { AlertRow, Look, Looks } from '../../../functions/core/operator/looks.ts';
import type { AlertQuery } from '../../../functions/core/operator/ports.ts';
import { clockAt, type DynamodbTable, dynamodbTable } from '../dynamodb-table.ts';
import { aMessage, anAttempt, aRoutedAlert } from '../records.ts';

const NOW = '2026-01-15T20:00:00.000Z';
const clock = clockAt(NOW);
/** How many alerts lie in the table; a number makes it more, for example 1000000. */
const STORED = Number(process.env['TOCSIN_STORED_ALERTS'] ?? 1_200);
/** Two days of them, the newest first; three in the same millisecond. */
const STEP_MS = Math.floor((40 * 3_600_000) / STORED);
const received = (index: number) => new Date(clock.at - Math.floor(index / 3) * 3 * STEP_MS).toISOString();

let db: DynamodbTable;
let looks: Looks;
beforeAll(async () => {
  db = await dynamodbTable();
  const options = { ...db, clock, retentionDays: 90 };
  looks = dynamodbLooks(options);
  const store = dynamodbAlertStore(options);
  const longAgo = '2026-01-01T00:00:00.000Z';
  await dynamodbRequestRecords(options).keepLookedAtUntil(longAgo, longAgo);
  for (let from = 0; from < STORED; from += 1_000) {
    await store.put(
      Array.from({ length: Math.min(1_000, STORED - from) }, (_, offset) => {
        const index = from + offset;
        return aRoutedAlert(
          {
            id: `alert-${index}`,
            received_at: received(index),
            severity: index % 2 === 0 ? 'critical' : 'low',
            type: index % 3 === 0 ? 'login' : 'malware',
            status: index % 7 === 0 ? 'resolved' : 'firing',
            source: { id: index % 400 === 5 ? 'src_rare' : 'src_usual', name: 's', format: 'generic' },
            details: { note: index === 333 ? 'The Needle' : 'hay' },
          },
          { routing: index % 50 === 0 ? 'unrouted' : 'routed' },
        );
      }),
    );
  }
});
afterAll(async () => db.close());

const query = (given: Partial<AlertQuery> = {}): AlertQuery => ({
  since: '2026-01-13T00:00:00.000Z',
  until: NOW,
  limit: 50,
  ...given,
});

/** Every page until the end, as somebody who scrolls has them. */
async function scrolled<T>(
  look: (after?: string) => Promise<Look<T>>,
): Promise<{ items: T[]; most: number }> {
  const items: T[] = [];
  let most = 0;
  let after: string | undefined;
  do {
    const before = db.calls.length;
    const page = await look(after);
    most = Math.max(most, db.calls.length - before);
    items.push(...page.items);
    after = page.next;
  } while (after !== undefined);
  return { items, most };
}

const idsOf = (rows: readonly AlertRow[]) => rows.map(({ id }) => id).toSorted();
const expected = (isWanted: (index: number) => boolean) =>
  Array.from({ length: STORED }, (_, index) => index)
    .filter(isWanted)
    .map((index) => `alert-${index}`)
    .toSorted();

describe('a page of alerts', () => {
  it('costs two calls, whatever is stored and whatever is looked for', async () => {
    await looks.alerts(query());
    for (const [filter, calls] of [
      [{}, 2],
      [{ minSeverity: 'high' }, 2],
      [{ type: 'log*', status: 'resolved' }, 2],
      [{ type: 'there-is-none' }, 1],
      [{ routing: 'unrouted' }, 2],
      [{ sourceId: 'src_rare' }, 2],
      [{ text: 'needle' }, 2],
    ] as const) {
      const before = db.calls.length;
      const page = await looks.alerts(query(filter));
      expect(db.calls.length - before, JSON.stringify(filter)).toBeLessThanOrEqual(calls);
      expect(page.next, JSON.stringify(filter)).toBeDefined();
    }
  });

  it('shows the newest first, and of each what a list shows', async () => {
    const { items } = await looks.alerts(query({ limit: 4 }));
    expect(items).toHaveLength(4);
    expect(items[0]).toEqual({
      id: expect.stringMatching(/^alert-[012]$/) as string,
      receivedAt: NOW,
      severity: expect.any(String) as string,
      status: expect.any(String) as string,
      type: expect.any(String) as string,
      title: 'Something happened',
      sourceId: 'src_usual',
      routing: expect.any(String) as string,
      sentTo: 0,
    });
    const times = items.map(({ receivedAt }) => receivedAt);
    expect(times).toEqual(times.toSorted().reverse());
  });

  it.skipIf(STORED > 10_000).each<[string, Partial<AlertQuery>, (index: number) => boolean]>([
    ['all', {}, () => true],
    ['pages of one', { limit: 7 }, () => true],
    ['a severity', { minSeverity: 'high' }, (index) => index % 2 === 0],
    ['a type', { type: 'log*' }, (index) => index % 3 === 0],
    ['a status', { status: 'resolved' }, (index) => index % 7 === 0],
    ['who was told', { routing: 'unrouted' }, (index) => index % 50 === 0],
    ['a source', { sourceId: 'src_rare' }, (index) => index % 400 === 5],
    ['a text', { text: 'NEEDLE' }, (index) => index === 333],
    ['pages of one line', { limit: 1, sourceId: 'src_rare' }, (index) => index % 400 === 5],
    ['several sources', { sourceIds: ['src_rare', 'src_other'] }, (index) => index % 400 === 5],
    ['several types', { type: ['log*', 'x'] }, (index) => index % 3 === 0],
    [
      'several states',
      { status: ['resolved', 'firing'], routing: ['unrouted', 'dead'] },
      (index) => index % 50 === 0,
    ],
    ['two texts', { text: ['needle', 'HAPPENED'] }, (index) => index === 333],
    ['several', { minSeverity: 'high', type: 'malware' }, (index) => index % 2 === 0 && index % 3 !== 0],
  ])('leads on to every alert once: %s', async (_, filter, isWanted) => {
    const { items, most } = await scrolled(async (after) =>
      looks.alerts(query({ ...filter, ...(after !== undefined && { after }) })),
    );
    expect(idsOf(items)).toEqual(expected(isWanted));
    expect(most).toBeLessThanOrEqual(2);
    const times = items.map(({ receivedAt }) => receivedAt);
    expect(times).toEqual(times.toSorted().reverse());
  });

  it('says how far it has looked where it found nothing', async () => {
    const page = await looks.alerts(query({ type: 'there-is-none' }));
    expect(page.items).toEqual([]);
    expect(Date.parse(page.lookedBackTo)).toBeLessThan(clock.at);
    const empty = await looks.alerts(
      query({ since: '2026-01-12T00:00:00.000Z', until: '2026-01-12T10:00:00.000Z' }),
    );
    expect(empty).toEqual({ items: [], lookedBackTo: '2026-01-12T00:00:00.000Z' });
  });

  it('refuses a token that no page gave', async () => {
    await expect(looks.alerts(query({ after: 'bm9uc2Vuc2U' }))).rejects.toThrow(/is no place in this list/);
  });
});

describe('a page of the newest', () => {
  it('reads no more than it shows: what a page costs does not grow with what is stored', async () => {
    const before = db.calls.length;
    await looks.alerts(query({ limit: 10 }));
    const read = db.calls.slice(before).map(({ body }) => body);
    expect(read.filter((body) => body.includes('"Limit":11'))).toHaveLength(1);
  });
});

describe('a page of deliveries', () => {
  it('costs four calls, and leads on to every delivery once, as it stands', async () => {
    const log = dynamodbDeliveryLog({ ...db, clock, retentionDays: 90 });
    for (let index = 0; index < 120; index += 1) {
      const message = aMessage({
        delivery_id: `delivery-${index}`,
        alert_id: `alert-${index}`,
        created_at: received(index),
      });
      const claim = await log.claim(message, '2026-01-15T20:01:00.000Z');
      if (claim.claim === 'granted' && index % 4 === 0) {
        await log.record(claim.delivery, anAttempt({ outcome: 'failed' }), 'dead');
      }
    }
    const { items, most } = await scrolled(async (after) =>
      looks.deliveries({
        ...query({ limit: 20 }),
        destinationId: 'dst_1',
        ...(after !== undefined && { after }),
      }),
    );
    expect(items.map(({ id }) => id).toSorted()).toEqual(
      Array.from({ length: 120 }, (_, index) => `delivery-${index}`).toSorted(),
    );
    expect(most).toBeLessThanOrEqual(4);
    const dead = await scrolled(async (after) =>
      looks.deliveries({
        ...query(),
        destinationId: 'dst_1',
        state: 'dead',
        ...(after !== undefined && { after }),
      }),
    );
    expect(dead.items).toHaveLength(30);
  });
});

describe('the endpoints of destinations', () => {
  it('are read in one call', async () => {
    const before = db.calls.length;
    expect(await looks.endpoints(['dst_1', 'dst_2', 'dst_3'])).toEqual(new Map());
    expect(db.calls.length - before).toBe(1);
  });
});
