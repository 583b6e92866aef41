import { DURATION_EXAMPLES, formatDuration, parseDuration } from '../../functions/core/config/duration.ts';
import { instantMs } from '../../functions/core/config/instant.ts';
import { wrongUsage } from '../failure.ts';

/** The instant of `--since` and `--until`: an ISO date, or how long ago. Epoch milliseconds. */
export function parseInstant(flag: string, text: string, nowMs: number): number {
  const seconds = parseDuration(text);
  if (seconds !== undefined) return nowMs - seconds * 1_000;
  const ms = instantMs(text);
  if (ms === undefined) {
    throw wrongUsage(
      `${flag}: ${JSON.stringify(text)} is no time; expected how long ago (${DURATION_EXAMPLES}), a day, or a time with its zone such as 2026-01-31T08:00:00Z`,
    );
  }
  return ms;
}

/** Seconds of an option that is a duration. */
export function parseSeconds(flag: string, text: string, range: { min: number; max: number }): number {
  const seconds = parseDuration(text);
  if (seconds === undefined || seconds < range.min || seconds > range.max) {
    throw wrongUsage(
      `${flag}: ${JSON.stringify(text)} is no duration between ${formatDuration(range.min)} and ${formatDuration(range.max)}; ${DURATION_EXAMPLES}`,
    );
  }
  return seconds;
}

/** `3m ago`, `in 30s`, `now`. */
export function relativeTime(iso: string | undefined, nowMs: number): string {
  if (iso === undefined) return '-';
  const seconds = Math.round((nowMs - Date.parse(iso)) / 1_000);
  if (Number.isNaN(seconds)) return iso;
  if (Math.abs(seconds) < 2) return 'now';
  const text = largestUnit(Math.abs(seconds));
  return seconds > 0 ? `${text} ago` : `in ${text}`;
}

/** `842 ms`, `3.2 s`, `1m 5s`. */
export function readableMs(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  return ms < 60_000 ? `${(ms / 1_000).toFixed(1)} s` : formatDuration(ms / 1_000);
}

function largestUnit(seconds: number): string {
  if (seconds < 90) return `${seconds}s`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)}m`;
  if (seconds < 48 * 3_600) return `${Math.round(seconds / 3_600)}h`;
  return `${Math.round(seconds / 86_400)}d`;
}
