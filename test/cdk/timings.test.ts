import { expect, test } from 'vitest';
import { MAX_ALERTS_PER_MESSAGE } from '../../functions/adapters/sqs/alert-queue.ts';
import { routerWork, TIMEOUTS } from '../../cdk/timings.ts';

test.each([
  [1, 14, 0.03],
  [5, 54, 0.12],
  [30, 304, 0.7],
  [100, 1_004, 2.3],
  [1_000, 10_004, 22],
])('a full batch for %d recipients each is %d calls and about %d s', (recipients, calls, seconds) => {
  const work = routerWork(recipients);
  expect(work.calls).toBe(calls);
  expect(work.cpuSeconds / seconds).toBeCloseTo(1, 0);
});

test('the router has the time for a batch whose alerts go to a thousand recipients', () => {
  expect(TIMEOUTS.route.toSeconds()).toBeGreaterThan(routerWork(1_000).cpuSeconds);
  expect(MAX_ALERTS_PER_MESSAGE).toBe(10);
});
