import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  dynamodbSourceHealthRecords,
  dynamodbSourceHealthWriter,
} from '../../functions/adapters/dynamodb/source-health.ts';
import type { SourceHealthWriter } from '../../functions/adapters/memory/batched-source-health.ts';
import type { SourceHealthRecords } from '../../functions/core/watch/ports.ts';
import { type DynamodbTable, dynamodbTable, noWait } from '../adapters/dynamodb-table.ts';
import { memorySourceHealth } from '../core/watch/memory-source-health.ts';
import { differenceBetween, type Step } from './same-answers.ts';

let db: DynamodbTable;
beforeAll(async () => {
  db = await dynamodbTable();
});
afterAll(async () => db.close());

type Health = SourceHealthRecords & SourceHealthWriter;

const instant = fc.constantFrom('2026-03-01T10:00:00.000Z', '2026-03-01T11:30:00.000Z');
const counts = fc.nat({ max: 3 });
const delta = fc.record(
  {
    lastAcceptedAt: instant,
    lastRefusal: fc.record({ at: instant, code: fc.constant('unauthorized'), cause: fc.constant('expired') }),
    unknownSeverities: fc.record({ at: instant, words: fc.constant<string[]>(['p0']) }),
    refusedSample: fc.record({ at: instant, record: fc.constantFrom('{"a":1}', '{"a":2}') }),
    hours: fc.uniqueArray(
      fc.record({
        hour: fc.constantFrom(492_346, 492_347),
        accepted: counts,
        rejected: counts,
        authFailures: counts,
        unclassified: counts,
      }),
      { selector: ({ hour }) => hour, maxLength: 2 },
    ),
  },
  { requiredKeys: ['hours'] },
);

const steps = fc
  .record({
    verb: fc.constantFrom('add', 'read', 'raised', 'resolved', 'refusedSample', 'delete'),
    source: fc.constantFrom('src_a', 'src_b'),
    given: delta,
    at: instant,
    now: fc.constantFrom('2026-03-01T10:59:59.000Z', '2026-03-01T11:00:00.000Z', '2026-03-01T13:00:00.000Z'),
  })
  .map(({ verb, source, given, at, now }): Step<Health> => ({
    says: `${verb} ${source} ${verb === 'add' ? JSON.stringify(given) : `${at} ${now}`}`,
    does: async (health, run) => {
      const id = `${source}_${run}`;
      switch (verb) {
        case 'add':
          return health.add(id, given);
        case 'read':
          return health.read(['src_a', 'src_b'].map((name) => `${name}_${run}`));
        case 'raised':
          return health.raised(id, { since: at, raisedAt: now, alertId: `alert-${at}` });
        case 'resolved':
          return health.resolved(id, at);
        case 'refusedSample':
          return health.refusedSample(id, Date.parse(now));
        case 'delete':
          return health.delete(id);
      }
    },
  }));

test('the health of sources in memory gives the answers of the table', async () => {
  const table = {
    ...dynamodbSourceHealthRecords({ ...db, wait: noWait }),
    ...dynamodbSourceHealthWriter(db),
  };
  expect(await differenceBetween({ table, memory: memorySourceHealth, steps })).toBeUndefined();
});
