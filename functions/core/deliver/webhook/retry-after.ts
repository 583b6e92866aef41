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
