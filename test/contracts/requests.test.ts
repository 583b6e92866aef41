import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dynamodbRequestLedger } from '../../functions/adapters/dynamodb/requests.ts';
import type { RequestLedger } from '../../functions/core/ingest/ports.ts';
import { clockAt, type DynamodbTable, dynamodbTable } from '../adapters/dynamodb-table.ts';
import { memoryLedger } from '../core/ingest/memory-ledger.ts';
import { differenceBetween, type Step } from './same-answers.ts';

let db: DynamodbTable;
beforeAll(async () => {
  db = await dynamodbTable();
});
afterAll(async () => db.close());

/** In the middle of a second, so that rounding shows. */
const START = '2026-01-15T14:23:01.500Z';

type Requests = { ledger: RequestLedger; clock: { at: number }; asked: number };

function theTable(): Requests {
  const clock = clockAt(START);
  return { ledger: dynamodbRequestLedger({ ...db, clock }), clock, asked: 0 };
}

function inMemory(): Requests {
  const clock = clockAt(START);
  return { ledger: memoryLedger(clock).ledger, clock, asked: 0 };
}

type Asked = {
  verb: 'claim' | 'claim twice' | 'confirm' | 'widen' | 'widen what was' | 'wait';
  source: string;
  key: string;
  body: string;
  windowSeconds: number;
  waitMs: number;
};

function stepOf(asked: Asked): Step<Requests> {
  const { verb, source, key, body, windowSeconds, waitMs } = asked;
  return {
    says: verb === 'wait' ? `wait ${String(waitMs)} ms` : JSON.stringify(asked),
    does: async (requests, run) => {
      const sourceId = `${source}_${run}`;
      const claim = (requestId: string) =>
        requests.ledger.claim({
          sourceId,
          key,
          requestId,
          bodySha256: body,
          receivedAt: new Date(requests.clock.at).toISOString(),
          windowSeconds,
          indexes: [[0, 2]],
        });
      if (verb === 'wait') requests.clock.at += waitMs;
      if (verb === 'wait') return undefined;
      if (verb === 'confirm') return requests.ledger.confirm(sourceId, key);
      if (verb === 'widen' || verb === 'widen what was') {
        const { earlier } = await claim(`request-${run}-of-${verb}`);
        if (earlier === undefined) return undefined;
        const read = verb === 'widen' ? earlier : { ...earlier, widened: 7 };
        const more = {
          indexes: [[0, 4] as [number, number]],
          newsIds: [`00000000-0000-4000-8000-00000000000${source === 'src_a' ? 1 : 2}`],
        };
        return requests.ledger.widen(sourceId, key, read, more).then(
          () => 'widened',
          () => 'not as it was',
        );
      }
      requests.asked += 1;
      const requestId = `request-${run}-${String(requests.asked)}`;
      // As a call is repeated whose answer was lost.
      return verb === 'claim twice' ? [await claim(requestId), await claim(requestId)] : claim(requestId);
    },
  };
}

const steps = fc
  .record({
    verb: fc.constantFrom(
      'claim' as const,
      'claim twice' as const,
      'confirm' as const,
      'widen' as const,
      'widen what was' as const,
      'wait' as const,
    ),
    source: fc.constantFrom('src_a', 'src_b'),
    key: fc.constantFrom('body:abc', 'idempotency-key:1'),
    body: fc.constantFrom('abc', 'def'),
    windowSeconds: fc.constantFrom(60, 300, 600),
    // Around the end of each window, before and after the watcher has looked at a request.
    waitMs: fc.constantFrom(1, 499, 500, 1_000, 59_999, 60_000, 300_000, 600_000),
  })
  .map(stepOf);

/** One that is known, one whose window ends, and one that takes its place. */
const begin = [
  { verb: 'claim', waitMs: 0 } as const,
  { verb: 'confirm', waitMs: 0 } as const,
  { verb: 'wait', waitMs: 60_000 } as const,
  { verb: 'wait', waitMs: 500 } as const,
  { verb: 'claim', waitMs: 0 } as const,
].map((asked) => stepOf({ ...asked, source: 'src_a', key: 'body:abc', body: 'abc', windowSeconds: 60 }));

test('requests are remembered in memory as in the table', { timeout: 60_000 }, async () => {
  expect(await differenceBetween({ table: theTable, memory: inMemory, begin, steps })).toBeUndefined();
});
