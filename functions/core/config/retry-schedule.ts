import { isInBounds, MAX_RETRY_STEPS, RETRY_STEP_SECONDS } from './bounds.ts';
import { DURATION_EXAMPLES, formatDuration, parseDuration, writeDuration } from './duration.ts';
import { quoted } from './problem.ts';
import { STANDARD_RETRY, type RetrySchedule } from '../model/config/destination.ts';

/** Schedules with a name; the waits are in seconds, jitter comes on top. */
const RETRY_PRESETS = {
  none: [],
  standard: STANDARD_RETRY.delaysSeconds,
  persistent: [5, 30, 120, 600, 1_800, 7_200, 21_600, 43_200],
} as const satisfies Record<string, readonly number[]>;

/** `standard`, `none`, `persistent`, or waits such as `30s,2m`; a string is the problem in words. */
export function parseRetrySchedule(text: string): RetrySchedule | string {
  if (Object.hasOwn(RETRY_PRESETS, text)) {
    return { delaysSeconds: [...RETRY_PRESETS[text as keyof typeof RETRY_PRESETS]] };
  }
  const steps = text.split(',').map((step) => step.trim());
  if (steps.length > MAX_RETRY_STEPS) return `${steps.length} steps; expected at most ${MAX_RETRY_STEPS}`;
  const delaysSeconds: number[] = [];
  for (const step of steps) {
    const seconds = parseDuration(step);
    if (seconds === undefined) {
      return `${quoted(step)} is no duration; expected standard, none, persistent or a list such as 30s,2m (${DURATION_EXAMPLES})`;
    }
    if (!isInBounds(seconds, RETRY_STEP_SECONDS)) return `${quoted(step)} is not between 1s and 24h`;
    delaysSeconds.push(seconds);
  }
  return { delaysSeconds };
}

/** What `parseRetrySchedule` takes. */
export function writeRetry(delaysSeconds: readonly number[]): string {
  return delaysSeconds.map(writeDuration).join(',') || 'none';
}

/** The waits, in a few words. */
export function describeRetry({ delaysSeconds }: RetrySchedule): string {
  const delays = delaysSeconds.map((seconds) => formatDuration(seconds));
  return delays.length === 0 ? 'none: one attempt' : `after ${delays.join(', ')}`;
}
