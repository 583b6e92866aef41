import type { WatchCalendar } from '../model/config/source.ts';
import { printTime, type TimeInterval } from './time-interval.ts';

/** The hours of a no-data alarm, as they are stored, as a time interval. */
export function intervalOfCalendar({ days, from, to, timeZone }: WatchCalendar): TimeInterval {
  return { weekdays: days, times: [{ from: minutesOf(from), to: minutesOf(to) }], location: timeZone };
}

/** The other way round; undefined for an interval that is more than days and one range of hours. */
export function calendarOfInterval(interval: TimeInterval): WatchCalendar | undefined {
  const { weekdays, times = [], location, ...more } = interval;
  const [hours] = times;
  return weekdays === undefined || hours === undefined || times.length > 1 || Object.keys(more).length > 0
    ? undefined
    : { days: weekdays, from: printTime(hours.from), to: printTime(hours.to), timeZone: location };
}

function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}
