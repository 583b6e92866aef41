/** Where the emulators read the time, in epoch milliseconds. Timers stay real. */
export type Clock = { now(): number };

/** The machine's own clock. */
export const systemClock: Clock = { now: () => Date.now() };

/** The longest that a timer of Node can be set to. */
export const LONGEST_TIMER_MS = 2_147_483_647;

/** An instant as the events of EventBridge carry it, without fractions: `2026-11-21T12:00:00Z`. */
export function wholeSecond(epochMs: number): string {
  return new Date(epochMs).toISOString().replace(/\.\d+Z$/, 'Z');
}
