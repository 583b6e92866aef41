/**
 * What a number of a setting may be: the commands take no other, and one in the table counts as damaged.
 *
 * Beyond them things break that have nothing to do with the setting: an instant that does not exist, a number that the table
 * refuses, a receiver that is asked without a pause.
 */
export type Bounds = { least: number; most: number };

const DAY_SECONDS = 86_400;

export const DEDUP_WINDOW_SECONDS: Bounds = { least: 1, most: 7 * DAY_SECONDS };
export const ALERTS_PER_MINUTE: Bounds = { least: 1, most: 1_000_000 };
export const NO_DATA_SECONDS: Bounds = { least: 15 * 60, most: 30 * DAY_SECONDS };
export const RETRY_STEP_SECONDS: Bounds = { least: 1, most: DAY_SECONDS };
export const REPEAT_SECONDS: Bounds = { least: 60, most: 30 * DAY_SECONDS };
export const PORT: Bounds = { least: 1, most: 65_535 };

export const MAX_RETRY_STEPS = 20;
export const MAX_RECIPIENTS = 50;

export function isInBounds(number: number, { least, most }: Bounds): boolean {
  return number >= least && number <= most;
}
