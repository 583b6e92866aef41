import { WEEKDAYS } from '../model/config/source.ts';
import { DURATION_EXAMPLES, formatDuration, parseDuration } from './duration.ts';
import { quoted } from './problem.ts';
import type { NoDataAlarm, WatchCalendar, Weekday } from '../model/config/source.ts';
import type { Problem } from './problem.ts';

const MIN_SECONDS = 15 * 60;
const MAX_SECONDS = 30 * 86_400;
const DEFAULT_SECONDS = 86_400;

const CALENDAR_EXAMPLES =
  'expected for example "mon-fri 08:00-18:00 Europe/Berlin" or "sat,sun 22:00-06:00 UTC"';
const CALENDAR =
  /^([a-z,-]{3,40}) ([01]\d|2[0-3]):([0-5]\d)-(?:([01]\d|2[0-3]):([0-5]\d)|24:00) ([A-Za-z0-9_+/-]{1,64})$/;

/**
 * After how long a silence is an alert: `24h` (15m to 30d) or `off`; and the hours that count, as
 * `mon-fri 08:00-18:00 Europe/Berlin` or `always`.
 */
export function readNoDataAlarm(after: unknown, calendar: unknown, problems: Problem[]): NoDataAlarm | 'off' {
  const hours = readCalendar(calendar, problems);
  if (after === 'off') {
    if (hours !== undefined) {
      problems.push({ path: 'noDataCalendar', message: 'means nothing without an alarm; leave it out' });
    }
    return 'off';
  }
  return { afterSeconds: readAfter(after, problems), ...(hours !== undefined && { calendar: hours }) };
}

function readAfter(value: unknown, problems: Problem[]): number {
  if (value === undefined) return DEFAULT_SECONDS;
  const seconds = typeof value === 'string' ? parseDuration(value) : undefined;
  if (seconds !== undefined && seconds >= MIN_SECONDS && seconds <= MAX_SECONDS) return seconds;
  problems.push({
    path: 'noDataAlarm',
    message: `${quoted(value)} is neither off nor a duration between 15m and 30d; ${DURATION_EXAMPLES}`,
  });
  return DEFAULT_SECONDS;
}

function readCalendar(value: unknown, problems: Problem[]): WatchCalendar | undefined {
  if (value === undefined || value === 'always') return undefined;
  const match = typeof value === 'string' ? CALENDAR.exec(value) : null;
  const days = daysOf(match?.[1] ?? '');
  const timeZone = zoneOf(match?.[6] ?? '');
  if (match === null || days === undefined || timeZone === undefined) {
    const what =
      match !== null && days !== undefined
        ? `${quoted(match[6])} is not a time zone`
        : `${quoted(value)} is not a calendar`;
    problems.push({ path: 'noDataCalendar', message: `${what}; ${CALENDAR_EXAMPLES}` });
    return undefined;
  }
  const from = `${match[2]}:${match[3]}`;
  const to = match[4] === undefined ? '24:00' : `${match[4]}:${match[5]}`;
  if (from === to) {
    problems.push({
      path: 'noDataCalendar',
      message: `${from}-${to} is no time at all; whole days are 00:00-24:00`,
    });
    return undefined;
  }
  return { days, from, to, timeZone };
}

/** `mon-fri`, `sat,sun`, `fri-mon`, `mon-wed,sat`. */
function daysOf(text: string): Weekday[] | undefined {
  const days = new Set<Weekday>();
  for (const part of text.split(',')) {
    const [first, last = first, ...rest] = part
      .split('-')
      .map((word) => WEEKDAYS.findIndex((day) => day === word));
    if (first === undefined || last === undefined || first < 0 || last < 0 || rest.length > 0)
      return undefined;
    for (let step = 0; step <= (last - first + 7) % 7; step += 1) {
      const day = WEEKDAYS[(first + step) % 7];
      if (day !== undefined) days.add(day);
    }
  }
  return WEEKDAYS.filter((day) => days.has(day));
}

/** The name as the database spells it; undefined when it has none such. */
function zoneOf(name: string): string | undefined {
  try {
    return name === ''
      ? undefined
      : new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}

/** `24h`, `off`: what `readNoDataAlarm` takes. */
export function writeNoDataAlarm(alarm: NoDataAlarm | 'off'): {
  noDataAlarm: string;
  noDataCalendar?: string;
} {
  if (alarm === 'off') return { noDataAlarm: 'off' };
  const { afterSeconds, calendar } = alarm;
  return {
    noDataAlarm: `${afterSeconds}s`,
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
