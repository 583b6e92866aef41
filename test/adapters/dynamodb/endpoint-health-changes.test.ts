import { afterAll, beforeAll, expect, test } from 'vitest';
import { batchPut } from '../../../functions/adapters/dynamodb/batch-write.ts';
import { dynamodbEndpointHealth } from '../../../functions/adapters/dynamodb/endpoint-health.ts';
import { endpointKey } from '../../../functions/adapters/dynamodb/keys.ts';
import { boundedMap } from '../../../functions/core/bounded-map.ts';
import {
  changed,
  type HealthChange,
  type WrittenHealth,
} from '../../../functions/core/deliver/webhook/endpoint/health.ts';
import { clockAt, type DynamodbTable, dynamodbTable, noWait } from '../dynamodb-table.ts';

let db: DynamodbTable;
beforeAll(async () => {
  db = await dynamodbTable();
});
afterAll(async () => db.close());

const NOW = '2026-01-15T15:00:00.000Z';
const NOW_MS = Date.parse(NOW);
const inMs = (ms: number) => new Date(NOW_MS + ms).toISOString();

/** None, over, over just now, to come, the latest there is, and from before a jump of the clock. */
const UNTIL = [undefined, inMs(-1), NOW, inMs(1), inMs(960_000), inMs(960_001)];

const HEALTHS: (WrittenHealth | undefined)[] = [
  undefined,
  ...[0, 4].flatMap((failures) =>
    [0, 2].flatMap((openings) =>
      UNTIL.flatMap((openUntil) =>
        [undefined, NOW, inMs(1)].flatMap((probeUntil) =>
          [undefined, inMs(-20), inMs(-10)].map((failedAt) => ({
            failures,
            openings,
            ...(openUntil !== undefined && { openUntil }),
            ...(probeUntil !== undefined && { probeUntil }),
            ...(failedAt !== undefined && { failedAt, slowUntil: inMs(-10) }),
          })),
        ),
      ),
    ),
  ),
];

const CHANGES: HealthChange[] = [
  { change: 'failure', endedMs: NOW_MS },
  { change: 'first-failure', endedMs: NOW_MS, successMs: NOW_MS - 10 },
  { change: 'open', openings: 3, untilMs: NOW_MS + 60_000 },
  { change: 'probe', untilMs: NOW_MS + 30_000 },
  { change: 'close' },
  { change: 'slow', untilMs: NOW_MS + 60_000, unlessAfterMs: NOW_MS - 10 },
  { change: 'slow', untilMs: NOW_MS + 60_000, unlessAfterMs: NOW_MS - 11 },
  { change: 'fast', slowUntil: inMs(-10) },
  { change: 'fast', slowUntil: inMs(-11) },
];

test.each(CHANGES)(
  'the change %o does, in the table, what the rule says',
  { timeout: 180_000 },
  async (change) => {
    const idOf = (index: number) => `dst_${JSON.stringify(change)}_${String(index)}`;
    const items = HEALTHS.flatMap((health, index) =>
      health === undefined ? [] : [itemOf(idOf(index), health)],
    );
    await batchPut({ ...db, items, wait: noWait });
    const clock = clockAt(NOW);
    const found = await boundedMap(HEALTHS, 8, async (health, index) => {
      const store = dynamodbEndpointHealth({ ...db, clock });
      const answer = await store.change(idOf(index), change);
      const after = await store.find(idOf(index), { isFresh: true });
      const rule = changed(health, change, NOW_MS);
      return JSON.stringify([plain(answer), plain(after)]) ===
        JSON.stringify([plain(rule), plain(rule ?? health)])
        ? []
        : [{ health, answer, after, rule }];
    });
    expect(found.flat()).toEqual([]);
  },
);

/** What a worker reads of it, in one order. Nothing written is as good as no failures. */
function plain(health: WrittenHealth | undefined) {
  if (health === undefined) return undefined;
  const { failures, openings, openUntil, probeUntil, slowUntil } = health;
  return { failures, openings, openUntil, probeUntil, slowUntil };
}

function itemOf(id: string, health: WrittenHealth) {
  return {
    ...endpointKey(id),
    failures: health.failures,
    openings: health.openings,
    open_until: health.openUntil,
    probe_until: health.probeUntil,
    slow_until: health.slowUntil,
    failed_at: health.failedAt,
  };
}
