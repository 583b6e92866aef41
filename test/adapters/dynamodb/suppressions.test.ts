import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dynamodbSuppressions } from '../../../functions/adapters/dynamodb/suppressions.ts';
import type { Suppression } from '../../../functions/core/model/wire/suppression.ts';
import type { SuppressionStore } from '../../../functions/core/recipients/ports.ts';
import { type DynamodbTable, dynamodbTable } from '../dynamodb-table.ts';

let db: DynamodbTable;
let store: SuppressionStore;
beforeAll(async () => {
  db = await dynamodbTable();
  store = dynamodbSuppressions({ client: db.client, table: db.table });
});
afterAll(async () => db.close());

const aSuppression = (changes: Partial<Suppression> = {}): Suppression => ({
  destination_id: 'dst_a',
  address: 'ana@example.com',
  reason: 'unsubscribed',
  at: '2026-11-21T12:00:00.000Z',
  by: 'page',
  ...changes,
});
const lifted = {
  action: 'removed',
  reason: 'by-operator',
  at: '2026-11-22T00:00:00.000Z',
  by: 'ops',
} as const;

describe('suppressions in the table', () => {
  test('a hundred wishes at once are one change', async () => {
    const one = aSuppression({ destination_id: 'dst_hundred' });
    const results = await Promise.all(
      Array.from({ length: 100 }, async (_, n) => store.add({ ...one, by: `caller ${n}` })),
    );
    expect(results.filter((result) => result === 'added')).toHaveLength(1);
    const { history, suppression, isAnnounced } = await store.standing('dst_hundred', 'ana@example.com');
    expect(history).toHaveLength(1);
    expect(suppression).toMatchObject({ reason: 'unsubscribed', by: history[0]?.by });
    expect(isAnnounced).toBe(false);
  });

  test('hold for one recipient at one destination, whatever the case of the address', async () => {
    await store.add(aSuppression({ destination_id: 'dst_b', address: 'Ben@Example.com' }));
    expect(await store.find('dst_b', 'BEN@example.COM')).toMatchObject({ address: 'ben@example.com' });
    expect(await store.find('dst_b', 'ana@example.com')).toBeUndefined();
    expect(await store.find('dst_c', 'ben@example.com')).toBeUndefined();
    expect((await store.list('dst_b')).readable).toHaveLength(1);
  });

  test('can be lifted, and everything stays in the history', async () => {
    const one = aSuppression({ destination_id: 'dst_d' });
    expect(await store.remove('dst_d', one.address, lifted)).toBe('not-there');
    await store.add(one);
    await store.markAnnounced('dst_d', one.address);
    expect((await store.standing('dst_d', one.address)).isAnnounced).toBe(true);
    expect(await store.remove('dst_d', one.address, lifted)).toBe('removed');
    expect(await store.find('dst_d', one.address)).toBeUndefined();
    expect((await store.list('dst_d')).readable).toEqual([]);
    expect(await store.add(one)).toBe('added');
    const { history, isAnnounced } = await store.standing('dst_d', one.address);
    expect(history.map(({ action }) => action)).toEqual(['added', 'removed', 'added']);
    expect(isAnnounced).toBe(false);
  });

  test('soft bounces count once each, and not across a lifting', async () => {
    const bounce = { destinationId: 'dst_e', address: 'ana@example.com', at: '2026-11-21T12:00:00.000Z' };
    await store.countSoftBounce({ ...bounce, eventId: 'e1' });
    await store.countSoftBounce({ ...bounce, eventId: 'e1' });
    expect(await store.countSoftBounce({ ...bounce, eventId: 'e2' })).toHaveLength(2);
    // Counting is not suppressing.
    expect(await store.find('dst_e', 'ana@example.com')).toBeUndefined();
    expect(await store.add(aSuppression({ destination_id: 'dst_e', reason: 'bounced' }))).toBe('added');
    await store.remove('dst_e', 'ana@example.com', lifted);
    expect(await store.countSoftBounce({ ...bounce, eventId: 'e3' })).toHaveLength(1);
  });

  test('a lost answer does not lose or double the wish', async () => {
    db.breakNext('UpdateItem', 'lost-answer');
    await store.add(aSuppression({ destination_id: 'dst_f' }));
    expect((await store.standing('dst_f', 'ana@example.com')).history).toHaveLength(1);
  });
});
