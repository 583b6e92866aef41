import { describe, expect, test } from 'vitest';
import { parseRetryAfter, retryDelaySeconds } from '../../../functions/core/deliver/waits.ts';
import { STANDARD_RETRY } from '../../../functions/core/model/config/destination.ts';

const NOW_MS = Date.parse('2026-01-15T15:00:00.000Z');

describe('the wait before the next attempt', () => {
  test.each([
    [1, 0, 24],
    [1, 0.5, 30],
    [1, 0.999999, 36],
    [2, 0.5, 120],
    [3, 0.5, 480],
    [4, 0.5, undefined],
  ])('after %i failures, jitter at %d: %s s', (failed, fraction, seconds) => {
    const delay = retryDelaySeconds(STANDARD_RETRY, failed, { reason: 'receiver-error' }, fraction);
    if (seconds === undefined) expect(delay).toBeUndefined();
    else expect(delay).toBeCloseTo(seconds, 2);
  });

  test.each(['timeout', 'receiver-busy'] as const)('is at least a minute after %s', (reason) => {
    expect(retryDelaySeconds(STANDARD_RETRY, 1, { reason }, 0)).toBe(60);
    expect(retryDelaySeconds(STANDARD_RETRY, 2, { reason }, 0)).toBe(96);
  });

  test('is as long as the receiver asks, but never longer than the longest step', () => {
    const wait = (retryAfterMs: number) =>
      retryDelaySeconds(STANDARD_RETRY, 1, { reason: 'receiver-error', retryAfterMs }, 0.5);
    expect([1_000, 45_000, 480_000, 481_000, 1e15].map(wait)).toEqual([30, 45, 480, 480, 480]);
  });

  test('follows a schedule of seconds, whatever the floors say', () => {
    const quick = { delaysSeconds: [1, 2] };
    expect(retryDelaySeconds(quick, 1, { reason: 'timeout', retryAfterMs: 60_000 }, 0.5)).toBe(2);
  });

  test('of no schedule is none', () => {
    expect(
      retryDelaySeconds({ delaysSeconds: [] }, 1, { reason: 'timeout', retryAfterMs: 1 }, 0.5),
    ).toBeUndefined();
  });
});

describe('Retry-After', () => {
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
  ])('%s is %s ms', (value, ms) => {
    expect(parseRetryAfter(value, NOW_MS)).toBe(ms);
  });
});
