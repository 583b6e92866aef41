import { expect, test } from 'vitest';
import { MAX_ALERTS_PER_MESSAGE } from '../../functions/adapters/sqs/alert-queue.ts';
import { routerWork, TIMEOUTS } from '../../cdk/timings.ts';

test.each([
  [1, 35, 0.1],
  [5, 135, 0.3],
  [30, 760, 1.7],
  [100, 2_510, 5.7],
  [1_000, 25_010, 57],
])('a full batch for %d recipients each is %d calls and about %d s', (recipients, calls, seconds) => {
  const work = routerWork(recipients);
  expect(work.calls).toBe(calls);
  expect(work.cpuSeconds / seconds).toBeCloseTo(1, 0);
});

test('the router has five times as long as a batch takes whose alerts go to a hundred recipients', () => {
  expect(TIMEOUTS.route.toSeconds()).toBeGreaterThan(5 * routerWork(100).cpuSeconds);
  expect(MAX_ALERTS_PER_MESSAGE).toBe(25);
});
