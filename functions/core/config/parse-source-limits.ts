import { ALERTS_PER_MINUTE, DEDUP_WINDOW_SECONDS, isInBounds } from './bounds.ts';
import { DURATION_EXAMPLES, parseDuration } from './duration.ts';
import { quoted } from './problem.ts';
import type { Problem } from './problem.ts';

const MAX_ENVELOPE_LENGTH = 256;

/** Path to the array of records inside an object: `Records`, `detail.findings`. */
export function readEnvelope(value: unknown, problems: Problem[]): string | undefined {
  if (typeof value === 'string' && value.length <= MAX_ENVELOPE_LENGTH && /^[^.\s]+(\.[^.\s]+)*$/.test(value))
    return value;
  problems.push({
    path: '',
    message: `${quoted(value)} is not a path; expected for example Records or detail.findings`,
  });
  return undefined;
}

/** `base64json:message.data`: how the record is encoded, and where it stands. */
export function readUnwrap(value: unknown, problems: Problem[]): string | undefined {
  const isKnown =
    typeof value === 'string' &&
    value.length <= MAX_ENVELOPE_LENGTH &&
    /^base64json:[^.\s:]+(?:\.[^.\s:]+)*$/u.test(value);
  if (isKnown) return value;
  problems.push({
    path: '',
    message: `${quoted(value)} is not understood; expected for example base64json:message.data`,
  });
  return undefined;
}

/** Seconds; a day when nothing is said. */
export function readDedupWindow(value: unknown, problems: Problem[]): number {
  if (value === undefined) return 86_400;
  const seconds = typeof value === 'string' ? parseDuration(value) : undefined;
  if (seconds !== undefined && isInBounds(seconds, DEDUP_WINDOW_SECONDS)) return seconds;
  problems.push({
    path: '',
    message: `${quoted(value)} is not a duration between 1s and 7d; ${DURATION_EXAMPLES}`,
  });
  return 0;
}

/** Alerts per minute. */
export function readRateLimit(value: unknown, problems: Problem[]): number | undefined {
  const perMinute = typeof value === 'string' && /^\d{1,7}$/.test(value) ? Number(value) : value;
  if (
    typeof perMinute === 'number' &&
    Number.isInteger(perMinute) &&
    isInBounds(perMinute, ALERTS_PER_MINUTE)
  )
    return perMinute;
  problems.push({
    path: '',
    message: `${quoted(value)} is not a number of alerts per minute between 1 and ${ALERTS_PER_MINUTE.most}`,
  });
  return undefined;
}
