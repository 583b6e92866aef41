import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dynamodbSuppressions } from '../../functions/adapters/dynamodb/suppressions.ts';
import { RECIPIENT_SUPPRESSION_REASONS } from '../../functions/core/model/wire/suppression.ts';
import type { SuppressionStore } from '../../functions/core/recipients/ports.ts';
import { type DynamodbTable, dynamodbTable } from '../adapters/dynamodb-table.ts';
import { memorySuppressions } from '../core/recipients/memory-suppressions.ts';
import { differenceBetween, type Step } from './same-answers.ts';

let db: DynamodbTable;
beforeAll(async () => {
  db = await dynamodbTable();
});
afterAll(async () => db.close());

const recipient = fc.record({
  destination: fc.constantFrom('dst_a', 'dst_b'),
  address: fc.constantFrom('ana@example.com', 'Ana@Example.com', 'ben@example.com'),
});
const change = fc.record(
  {
    reason: fc.constantFrom(...RECIPIENT_SUPPRESSION_REASONS),
    at: fc.constantFrom('2026-11-01T00:00:00.000Z', '2026-11-02T00:00:00.000Z'),
    by: fc.constantFrom('page', 'ses'),
    detail: fc.constant('mailbox full'),
  },
  { requiredKeys: ['reason', 'at', 'by'] },
);

const steps = fc
  .record({
    verb: fc.constantFrom('find', 'standing', 'list', 'add', 'remove', 'markAnnounced', 'countSoftBounce'),
    recipient,
    change,
    eventId: fc.constantFrom('event-1', 'event-2', 'event-3'),
  })
  .map(({ verb, recipient: { destination, address }, change: entry, eventId }): Step<SuppressionStore> => ({
    says: `${verb} ${destination} ${address} ${entry.reason} ${eventId}`,
    does: async (store, run) => {
      const id = `${destination}_${run}`;
      if (verb === 'list') {
        const { readable, unreadable } = await store.list(id);
        return { readable: readable.toSorted((a, b) => a.address.localeCompare(b.address)), unreadable };
      }
      if (verb === 'add') return store.add({ destination_id: id, address, ...entry });
      if (verb === 'remove') return store.remove(id, address, { action: 'removed', ...entry });
      if (verb === 'countSoftBounce') {
        return store.countSoftBounce({ destinationId: id, address, eventId, at: entry.at });
      }
      return store[verb](id, address);
    },
  }));

test('suppressions in memory give the answers of the table', async () => {
  expect(
    await differenceBetween({ table: dynamodbSuppressions(db), memory: memorySuppressions, steps }),
  ).toBeUndefined();
});
