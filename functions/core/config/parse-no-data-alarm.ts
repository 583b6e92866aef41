import { parseTimeIntervals } from '../match/parse-time-intervals.ts';
import { calendarOfInterval } from '../match/watch-calendar.ts';
import { isInBounds, NO_DATA_SECONDS } from './bounds.ts';
import { DURATION_EXAMPLES, formatDuration, parseDuration, writeDuration } from './duration.ts';
import { quoted } from './problem.ts';
import type { NoDataAlarm, WatchCalendar } from '../model/config/source.ts';
import type { Problem } from './problem.ts';

const DEFAULT_SECONDS = 86_400;

const CALENDAR_EXAMPLES =
  'expected for example "mon-fri 08:00-18:00 Europe/Berlin" or "sat,sun 22:00-06:00 UTC"';

/** After how long a silence is an alert, in seconds: `24h` (15m to 30d) or `off`. */
export function readAfter(value: unknown, problems: Problem[]): number | 'off' {
  if (value === undefined) return DEFAULT_SECONDS;
  if (value === 'off') return 'off';
  const seconds = typeof value === 'string' ? parseDuration(value) : undefined;
  if (seconds !== undefined && isInBounds(seconds, NO_DATA_SECONDS)) return seconds;
  problems.push({
    path: '',
    message: `${quoted(value)} is neither off nor a duration between 15m and 30d; ${DURATION_EXAMPLES}`,
  });
  return DEFAULT_SECONDS;
}

/** The hours that count: `mon-fri 08:00-18:00 Europe/Berlin`; undefined for `always`. */
export function readCalendar(value: unknown, problems: Problem[]): WatchCalendar | undefined {
  if (value === 'always') return undefined;
  const path = '';
  if (typeof value !== 'string') {
    problems.push({ path, message: `${quoted(value)} is not a calendar; ${CALENDAR_EXAMPLES}` });
    return undefined;
  }
  const parsed = parseTimeIntervals(value);
  problems.push(...parsed.problems.map((message) => ({ path, message })));
  const [interval, ...more] = parsed.intervals;
  const calendar = interval === undefined || more.length > 0 ? undefined : calendarOfInterval(interval);
  if (parsed.problems.length === 0 && calendar === undefined) {
    problems.push({ path, message: `${quoted(value)} is not a calendar; ${CALENDAR_EXAMPLES}` });
  }
  return calendar;
}

/** `1d`, `off`: what `readAfter` and `readCalendar` take. */
export function writeNoDataAlarm(alarm: NoDataAlarm | 'off'): {
  noDataAlarm: string;
  noDataCalendar?: string;
} {
  if (alarm === 'off') return { noDataAlarm: 'off' };
  const { afterSeconds, calendar } = alarm;
  return {
    noDataAlarm: writeDuration(afterSeconds),
    ...(calendar !== undefined && {
      noDataCalendar: `${calendar.days.join(',')} ${calendar.from}-${calendar.to} ${calendar.timeZone}`,
    }),
  };
}

/** `after 1d`, `after 2h of mon,tue 08:00-18:00 Europe/Berlin`, `off`. */
export function describeNoDataAlarm(alarm: NoDataAlarm | 'off'): string {
  if (alarm === 'off') return 'off';
  const { noDataCalendar } = writeNoDataAlarm(alarm);
  return `after ${formatDuration(alarm.afterSeconds)}${noDataCalendar === undefined ? '' : ` of ${noDataCalendar}`}`;
}

/** `null` is off. */
export function noDataAlarmView(alarm: NoDataAlarm | 'off'): object | null {
  if (alarm === 'off') return null;
  const { afterSeconds, calendar } = alarm;
  return {
    after_seconds: afterSeconds,
    calendar:
      calendar === undefined
        ? null
        : { days: calendar.days, from: calendar.from, to: calendar.to, time_zone: calendar.timeZone },
  };
}
