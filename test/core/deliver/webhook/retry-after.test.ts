import { expect, test } from 'vitest';
import { parseRetryAfter } from '../../../../functions/core/deliver/webhook/retry-after.ts';

const NOW_MS = Date.parse('2026-01-15T15:00:00.000Z');

test.each([
  ['120', 120_000],
  [' 120 ', 120_000],
  ['1.5', 1_500],
  ['0.25', 250],
  ['1000000000000', 1e15],
  ['Thu, 15 Jan 2026 15:02:00 GMT', 120_000],
  ['Thursday, 15-Jan-26 15:02:00 GMT', undefined],
  ['Fri, 31 Dec 9999 23:59:59 GMT', Date.parse('9999-12-31T23:59:59Z') - NOW_MS],
  ['Thu, 15 Jan 2026 14:59:00 GMT', undefined],
  ['0', undefined],
  ['-1', undefined],
  ['NaN', undefined],
  ['Infinity', undefined],
  ['1e12', undefined],
  ['0x10', undefined],
  ['9'.repeat(400), undefined],
  ['', undefined],
  ['soon', undefined],
  ['120, 240', undefined],
  ['١٢', undefined],
  ['2026-01-15T15:02:00Z', undefined],
  [undefined, undefined],
])('the Retry-After %s is %s ms', (value, ms) => {
  expect(parseRetryAfter(value, NOW_MS)).toBe(ms);
});
