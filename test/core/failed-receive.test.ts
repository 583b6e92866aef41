import { expect, test } from 'vitest';
import { TIMEOUTS, visibilityTimeout } from '../../cdk/timings.ts';
import { failedReceiveSeconds } from '../../functions/core/failed-receive.ts';
import { LEASE_MS } from '../../functions/core/deliver/waits.ts';
import { OVERDUE_AFTER_MS } from '../../functions/core/watch/judge-delivery.ts';

const MAX_RECEIVES = 5;
const waits = Array.from({ length: MAX_RECEIVES - 1 }, (_, index) => failedReceiveSeconds(index + 1));

test('the second receive comes after seconds, and each next one later', () => {
  expect(waits).toEqual([30, 60, 600, 900]);
});

test('five receives last longer than by the visibility timeout of any queue: no outage makes dead letters earlier', () => {
  const longest = Math.max(...Object.values(TIMEOUTS).map((one) => visibilityTimeout(one).toSeconds()));
  expect(waits.reduce((sum, wait) => sum + wait, 0)).toBeGreaterThan((MAX_RECEIVES - 1) * longest);
});

test('every wait is longer than a claim holds: the next receive finds it over', () => {
  expect(Math.min(...waits) * 1_000).toBeGreaterThan(LEASE_MS);
});

test('no wait is as long as the watcher waits before it takes the message for lost', () => {
  expect(Math.max(...waits) * 1_000).toBeLessThan(OVERDUE_AFTER_MS);
});

test('after the last receive, and where SQS says no number, the message does not linger', () => {
  expect([5, 6, 1_000, 0, Number.NaN].map(failedReceiveSeconds)).toEqual([30, 30, 30, 30, 30]);
});
