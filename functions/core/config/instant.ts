/** A day, or a time with its zone: without one it would be another instant on another machine. */
const WRITTEN = /^(\d{4}-\d\d-\d\d)(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d))?$/u;

/** What an instant looks like, for messages. */
export const INSTANT_EXAMPLE = '2026-03-01T18:00:00Z';

/**
 * An instant that an operator wrote or that is stored, in epoch ms: `2026-03-01T18:00:00Z`, `2026-03-01T18:00+01:00`, or a day,
 * which begins in UTC. Undefined for anything else, and for a day that its month does not have.
 */
export function instantMs(text: string): number | undefined {
  const [, day] = WRITTEN.exec(text) ?? [];
  if (day === undefined || !isDay(day)) return undefined;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}

/** `Date.parse` takes the 31st of February for the 3rd of March. */
function isDay(day: string): boolean {
  const ms = Date.parse(day);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(day);
}
