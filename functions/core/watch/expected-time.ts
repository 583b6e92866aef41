import { openMs } from '../match/opening-times.ts';
import { intervalOfCalendar } from '../match/watch-calendar.ts';
import type { WatchCalendar } from '../model/config/source.ts';

/** Far beyond every limit: a calendar of one hour a week reaches its thirty days never, and its year is silence enough. */
const MAX_MS = 400 * 86_400_000;

/**
 * How much of the time between two instants lies in the hours of a calendar, in ms; without a calendar all of it.
 *
 * Hours are the wall clock's of the calendar's time zone: on the day on which clocks go forward at night, 00:00-24:00 is 23 hours
 * long. After 400 days everything counts.
 */
export function expectedMs(fromMs: number, toMs: number, calendar: WatchCalendar | undefined): number {
  if (calendar === undefined || toMs - fromMs > MAX_MS) return Math.max(0, toMs - fromMs);
  return openMs([intervalOfCalendar(calendar)], fromMs, toMs);
}
