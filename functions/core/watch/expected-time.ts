import type { WatchCalendar } from '../model/config/source.ts';

const DAY_MS = 86_400_000;
/** Far beyond every limit: a calendar of one hour a week reaches its thirty days never, and its year is silence enough. */
const MAX_DAYS = 400;

const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

/**
 * How much of the time between two instants lies in the hours of a calendar, in ms; without a calendar all of it.
 *
 * Hours are the wall clock's of the calendar's time zone: on the day on which clocks go forward at night, 00:00-24:00 is 23 hours
 * long. After 400 days everything counts.
 */
export function expectedMs(fromMs: number, toMs: number, calendar: WatchCalendar | undefined): number {
  if (calendar === undefined || toMs - fromMs > MAX_DAYS * DAY_MS) {
    return Math.max(0, toMs - fromMs);
  }
  const start = minutesOf(calendar.from);
  const end = minutesOf(calendar.to);
  let total = 0;
  // A day early, because the hours of the day before may reach beyond midnight.
  for (let day = localDay(fromMs, calendar.timeZone) - DAY_MS; ; day += DAY_MS) {
    const opens = instantOf(day, start, calendar.timeZone);
    if (opens >= toMs) {
      return total;
    }
    const weekday = WEEKDAYS[new Date(day).getUTCDay()];
    if (weekday !== undefined && calendar.days.includes(weekday)) {
      const closes = instantOf(end > start ? day : day + DAY_MS, end, calendar.timeZone);
      total += Math.max(0, Math.min(closes, toMs) - Math.max(opens, fromMs));
    }
  }
}

/** `08:30` is 510; `24:00` ends a day. */
function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}

/** The date of an instant in a zone, as the instant at which that date begins in UTC. */
function localDay(ms: number, timeZone: string): number {
  return Math.floor((ms + offsetMs(ms, timeZone)) / DAY_MS) * DAY_MS;
}

/** The instant of a wall-clock time; one that the clocks skip is the instant after the gap. */
function instantOf(day: number, minutes: number, timeZone: string): number {
  const wall = day + minutes * 60_000;
  const guess = wall - offsetMs(wall, timeZone);
  return wall - offsetMs(guess, timeZone);
}

const formatters = new Map<string, Intl.DateTimeFormat>();

/** How far a zone's clocks are ahead of UTC at an instant, in ms. */
function offsetMs(ms: number, timeZone: string): number {
  let formatter = formatters.get(timeZone);
  if (formatter === undefined) {
    formatter = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formatters.set(timeZone, formatter);
  }
  const parts = new Map(formatter.formatToParts(ms).map(({ type, value }) => [type, Number(value)]));
  const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
  const wall = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  );
  return wall - Math.floor(ms / 1_000) * 1_000;
}
