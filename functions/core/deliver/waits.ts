import type { RetryReason } from '../model/wire/delivery.ts';
import type { RetrySchedule } from '../model/config/destination.ts';

/** A receiver that is busy or hangs is left alone for at least this long, as far as the schedule lets us. */
const BUSY_FLOOR_SECONDS = 60;
/** Jitter: each wait is multiplied by 0.8 to 1.2, so that what failed together does not come back together. */
const JITTER_LEAST = 0.8;
const JITTER_SPAN = 0.4;

/**
 * Seconds before the next attempt; undefined when the schedule has no more.
 *
 * `Retry-After` is a floor, and so are 60 s after a timeout or a busy receiver; both are clamped to the longest step
 * of the schedule, because a schedule of seconds is somebody's express wish.
 *
 * @param failedInRound attempts that failed in this round, at least 1
 * @param fraction 0..1, where in the range of the jitter
 */
export function retryDelaySeconds(
  schedule: RetrySchedule,
  failedInRound: number,
  retry: { reason: RetryReason; retryAfterMs?: number },
  fraction: number,
): number | undefined {
  const step = schedule.delaysSeconds[failedInRound - 1];
  if (step === undefined) {
    return undefined;
  }
  const longest = Math.max(...schedule.delaysSeconds);
  const floor = Math.max(
    (retry.retryAfterMs ?? 0) / 1000,
    retry.reason === 'timeout' || retry.reason === 'receiver-busy' ? BUSY_FLOOR_SECONDS : 0,
  );
  return Math.max(step * (JITTER_LEAST + JITTER_SPAN * fraction), Math.min(floor, longest));
}

/** `Retry-After` in milliseconds from now: seconds, whole or not, or an HTTP date; junk is undefined. */
export function parseRetryAfter(value: string | undefined, nowMs: number): number | undefined {
  if (value === undefined) {
    return undefined;
  }
  const ms = /^\d+(?:\.\d+)?$/u.test(value.trim()) ? Number(value) * 1000 : httpDate(value) - nowMs;
  return Number.isFinite(ms) && ms > 0 ? ms : undefined;
}

/** Only dates that look like HTTP's: `Date.parse` takes "-1" and much more. */
function httpDate(value: string): number {
  return /^\s*[A-Z][a-z]{2},? /u.test(value) ? Date.parse(value) : Number.NaN;
}
