import { expect, test } from 'vitest';
import { putBack } from '../../../functions/core/deliver/put-back.ts';
import { aMessage } from '../../adapters/records.ts';

const NOW = Date.parse('2026-01-15T15:00:00.000Z');
const at = (nowMs: number, fraction = 0.5) => ({
  clock: { now: () => nowMs },
  random: { fraction: () => fraction },
});

test.each([
  [undefined, 10],
  [1, 20],
  [2, 40],
  [3, 80],
  [4, 160],
  [5, 300],
  [1_000, 300],
])('an attempt that was put back %s times waits for %d s', (deferrals, delaySeconds) => {
  const message = aMessage(deferrals === undefined ? {} : { deferrals });
  expect(putBack(message, 'mail-throttled', at(NOW))?.delaySeconds).toBe(delaySeconds);
});

test('every wait for the quota of the day is ten minutes, give or take', () => {
  const waits = [0, 0.999].map(
    (fraction) =>
      putBack(aMessage({ deferrals: 7 }), 'mail-quota-exhausted', at(NOW, fraction))?.delaySeconds,
  );
  expect(waits[0]).toBe(300);
  expect(waits[1]).toBeCloseTo(899.4);
});

test('the attempt stays the same, and tells since when it waits and how often it was put back', () => {
  const message = aMessage({ attempt: 2 });
  const once = putBack(message, 'mail-throttled', at(NOW));
  expect(once).toEqual({
    message: {
      ...message,
      deferrals: 1,
      deferred_since: '2026-01-15T15:00:00.000Z',
      not_before: '2026-01-15T15:00:10.000Z',
    },
    delaySeconds: 10,
    dueAt: '2026-01-15T15:00:10.000Z',
  });
  const twice = putBack(once?.message ?? message, 'mail-throttled', at(NOW + 10_000));
  expect(twice?.message).toMatchObject({
    attempt: 2,
    deferrals: 2,
    deferred_since: '2026-01-15T15:00:00.000Z',
  });
});

test('after 24 hours there is no more waiting', () => {
  const message = aMessage({ deferrals: 9, deferred_since: '2026-01-14T15:00:00.000Z' });
  expect(putBack(message, 'mail-throttled', at(NOW - 1))).toBeDefined();
  expect(putBack(message, 'mail-throttled', at(NOW))).toBeUndefined();
});
