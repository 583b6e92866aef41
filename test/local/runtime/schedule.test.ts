import { expect, test } from 'vitest';
import { schedulePeriodMs } from '../../../local/runtime/schedule.ts';

test.each([
  ['rate(1 minute)', 60_000],
  ['rate(5 minutes)', 300_000],
  ['rate(2 hours)', 7_200_000],
  ['rate(1 day)', 86_400_000],
])('%s is every %s ms', (expression, periodMs) => {
  expect(schedulePeriodMs(expression, 'Rule')).toBe(periodMs);
});

test.each(['cron(0 12 * * ? *)', 'at(2026-01-01T00:00:00)', 'rate(0 minutes)', 'rate(5 seconds)', ''])(
  '"%s" is refused by name',
  (expression) => {
    expect(() => schedulePeriodMs(expression, 'Rule')).toThrow(
      'Rule: the local run follows rate(…) schedules only',
    );
  },
);
