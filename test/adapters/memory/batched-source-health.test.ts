import { expect, test } from 'vitest';
import { batchedSourceHealth } from '../../../functions/adapters/memory/batched-source-health.ts';
import { HOUR_MS, NO_COUNTS, type HealthDelta } from '../../../functions/core/model/wire/source-health.ts';
import { clockAt } from '../dynamodb-table.ts';

const START = '2026-03-01T12:00:00.000Z';
const at = (ms: number) => new Date(ms).toISOString();
const hourOf = (ms: number) => Math.floor(ms / HOUR_MS);

function aBatch(add?: (delta: HealthDelta) => Promise<void>) {
  const clock = clockAt(START);
  const written: [string, HealthDelta][] = [];
  const errors: Record<string, unknown>[] = [];
  const health = batchedSourceHealth({
    writer: {
      add: async (sourceId, delta) => {
        await add?.(delta);
        written.push([sourceId, delta]);
      },
    },
    clock,
    log: { info: () => {}, error: (_event, fields) => void errors.push(fields) },
    deadlineMs: 20,
  });
  const accept = async (accepted = 1, sourceId = 'src_1') =>
    health.observe(sourceId, {
      lastAcceptedAt: at(clock.at),
      hours: [{ hour: hourOf(clock.at), ...NO_COUNTS, accepted }],
    });
  const refuse = async () =>
    health.observe('src_1', {
      lastRefusal: { at: at(clock.at), code: 'unauthorized', cause: 'wrong-credential' },
      hours: [{ hour: hourOf(clock.at), ...NO_COUNTS, authFailures: 1 }],
    });
  return { clock, written, errors, accept, refuse };
}

test('the first accepted request of an environment is written before it is answered', async () => {
  const { written, accept } = aBatch();
  await accept(3);
  expect(written).toEqual([
    ['src_1', { lastAcceptedAt: START, hours: [{ hour: 492_324, ...NO_COUNTS, accepted: 3 }] }],
  ]);
});

test('a thousand requests in a minute are two writes, and every alert is counted', async () => {
  const { clock, written, accept } = aBatch();
  for (let index = 0; index < 1_000; index += 1) {
    await accept();
    clock.at += 60;
  }
  await accept();
  expect(written).toHaveLength(2);
  const counts = written.flatMap(([, { hours }]) => hours.map(({ accepted }) => accepted));
  expect(counts).toEqual([1, 1_000]);
});

test('sources are batched apart', async () => {
  const { written, accept } = aBatch();
  await accept(1, 'src_1');
  await accept(1, 'src_2');
  expect(written.map(([sourceId]) => sourceId)).toEqual(['src_1', 'src_2']);
});

test('refused requests are written once a minute, however many come', async () => {
  const { clock, written, refuse } = aBatch();
  for (let index = 0; index < 1_201; index += 1) {
    await refuse();
    clock.at += 100;
  }
  expect(written).toHaveLength(3);
});

test('an accepted request does not wait behind the minute of a refused one', async () => {
  const { clock, written, accept, refuse } = aBatch();
  await refuse();
  clock.at += 1_000;
  await accept();
  expect(written.at(-1)?.[1].lastAcceptedAt).toBe(at(clock.at));
});

test('the first refused request does not wait behind the minute of an accepted one', async () => {
  const { clock, written, accept, refuse } = aBatch();
  await accept();
  clock.at += 1_000;
  await refuse();
  await refuse();
  expect(written.map(([, delta]) => delta.lastRefusal?.cause)).toEqual([undefined, 'wrong-credential']);
});

test('accepted and refused requests by turns are two writes a minute', async () => {
  const { clock, written, accept, refuse } = aBatch();
  for (let index = 0; index < 600; index += 1) {
    await accept();
    await refuse();
    clock.at += 100;
  }
  expect(written).toHaveLength(2);
});

test('counts of two hours stay apart in one write', async () => {
  const { clock, written, accept } = aBatch();
  clock.at = Date.parse('2026-03-01T12:59:30.000Z');
  await accept();
  clock.at += 20_000;
  await accept(2);
  clock.at = Date.parse('2026-03-01T13:00:40.000Z');
  await accept(4);
  expect(written.at(-1)?.[1].hours.map(({ accepted }) => accepted)).toEqual([2, 4]);
});

test('a failed write is logged, fails nobody, and goes into a later one', async () => {
  let isBroken = true;
  const { clock, written, errors, accept } = aBatch(async () => {
    if (isBroken) throw new Error('throttled');
  });
  await accept(1);
  expect(errors).toMatchObject([{ sourceId: 'src_1' }]);
  clock.at += 1_000;
  await accept(2);
  expect(errors).toHaveLength(1);
  isBroken = false;
  clock.at += 5_000;
  await accept(4);
  expect(written.map(([, { hours }]) => hours[0]?.accepted)).toEqual([7]);
});

test('a write that hangs delays one answer by the deadline, and the next ones not at all', async () => {
  let release = () => {};
  const { clock, written, accept } = aBatch(
    async () =>
      new Promise((resolve) => {
        release = () => resolve();
      }),
  );
  await accept(1);
  expect(written).toEqual([]);
  clock.at += 120_000;
  await accept(2);
  expect(written).toEqual([]);
  release();
  await new Promise(setImmediate);
  expect(written.map(([, { hours }]) => hours[0]?.accepted)).toEqual([1]);
});
