import { describe, expect, test } from 'vitest';
import { changeOf, failureRows } from '../../../../../functions/core/deliver/webhook/endpoint/failure-row.ts';
import {
  changed,
  type HealthChange,
  type WrittenHealth,
} from '../../../../../functions/core/deliver/webhook/endpoint/health.ts';

const NOW_MS = Date.parse('2026-01-15T15:00:00.000Z');

/** Workers that share what is written of one endpoint, each with its own rows. */
function workers() {
  const written: { health?: WrittenHealth; changes: HealthChange['change'][] } = { changes: [] };
  const change = async (_: string, wanted: HealthChange) => {
    await Promise.resolve();
    written.changes.push(wanted.change);
    const after = changed(written.health, wanted, NOW_MS);
    if (after !== undefined) written.health = after;
    return after;
  };
  return { written, mine: failureRows({ change }), theirs: failureRows({ change }) };
}

test.each([
  ['without a success, it is one more', undefined, { change: 'failure', endedMs: 10 }],
  ['before the success, it is none', 11, undefined],
  [
    'at the same time as the success, it begins a row',
    10,
    { change: 'first-failure', endedMs: 10, successMs: 10 },
  ],
  ['after the success, it begins a row', 9, { change: 'first-failure', endedMs: 10, successMs: 9 }],
] as const)('a failure %s', (_, successMs, expected) => {
  expect(changeOf(10, successMs)).toEqual(expected);
});

describe('failures in a row', () => {
  test('are all that no success of this worker came between', async () => {
    const { written, mine } = workers();
    for (const ms of [0, 10, 20]) await mine.count('dst', NOW_MS + ms);
    expect(written.health).toMatchObject({ failures: 3 });
    mine.sawSuccess('dst', NOW_MS + 30);
    await mine.count('dst', NOW_MS + 40);
    expect(written.health).toMatchObject({ failures: 1, openings: 0 });
  });

  test('of one batch after a success are all counted, the first one first', async () => {
    const { written, mine } = workers();
    mine.sawSuccess('dst', NOW_MS);
    await Promise.all([10, 20, 30].map(async (ms) => mine.count('dst', NOW_MS + ms)));
    expect(written.changes).toEqual(['first-failure', 'failure', 'failure']);
    expect(written.health).toMatchObject({ failures: 3 });
  });

  test('go on where another worker has counted since the success', async () => {
    const { written, mine, theirs } = workers();
    mine.sawSuccess('dst', NOW_MS);
    await theirs.count('dst', NOW_MS + 10);
    expect(await mine.count('dst', NOW_MS + 20)).toMatchObject({ failures: 2 });
    expect(written.changes).toEqual(['failure', 'first-failure', 'failure']);
  });

  test('of endpoints are kept apart', async () => {
    const { written, mine } = workers();
    mine.sawSuccess('another', NOW_MS + 50);
    await mine.count('dst', NOW_MS);
    expect(written.changes).toEqual(['failure']);
  });
});
