import { WEEKDAYS, type Weekday } from '../model/config/source.ts';

export const MONTHS = [
  'jan',
  'feb',
  'mar',
  'apr',
  'may',
  'jun',
  'jul',
  'aug',
  'sep',
  'oct',
  'nov',
  'dec',
] as const;
export type Month = (typeof MONTHS)[number];

/** Both ends count. */
export type Range<T> = { first: T; last: T };

/**
 * Times of the wall clock, as a `time_intervals` entry of Alertmanager says them, and `dates`. All parts must hold; one that is
 * left out always does.
 */
export type TimeInterval = {
  /** Minutes of the day; `from` counts, `to` does not. A `to` that is not after `from` is on the next day. */
  times?: { from: number; to: number }[];
  weekdays?: Weekday[];
  /** 1 is the first day of a month, -1 the last. */
  daysOfMonth?: Range<number>[];
  months?: Month[];
  years?: Range<number>[];
  /** `2026-12-24` */
  dates?: Range<string>[];
  /** A name of the IANA database. */
  location: string;
};

/** Whether an interval holds on a day, whatever the time. The day is its beginning as if the wall clock were UTC. */
export function holdsOnDay(interval: TimeInterval, day: number): boolean {
  const date = new Date(day);
  const weekday = WEEKDAYS[(date.getUTCDay() + 6) % 7];
  const month = MONTHS[date.getUTCMonth()];
  const iso = date.toISOString().slice(0, 10);
  return (
    interval.weekdays?.some((one) => one === weekday) !== false &&
    interval.months?.some((one) => one === month) !== false &&
    interval.years?.some((years) => isWithin(date.getUTCFullYear(), years)) !== false &&
    interval.dates?.some((dates) => isWithin(iso, dates)) !== false &&
    interval.daysOfMonth?.some((days) => isWithin(date.getUTCDate(), inMonth(days, date))) !== false
  );
}

function isWithin<T extends number | string>(value: T, { first, last }: Range<T>): boolean {
  return first <= value && value <= last;
}

/** Negative days counted from the end of this month. A range that leaves the month ends with it. */
function inMonth({ first, last }: Range<number>, date: Date): Range<number> {
  const length = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  const fromStart = (day: number) => (day < 0 ? length + 1 + day : day);
  return { first: fromStart(first), last: fromStart(last) };
}

/** `mon-fri 08:00-18:00 Europe/Berlin`, `dates=2026-12-24:2026-12-26 UTC`; what `parseTimeIntervals` reads. */
export function printTimeInterval(interval: TimeInterval): string {
  const { times, weekdays, daysOfMonth, months, years, dates, location } = interval;
  return [
    ...(weekdays === undefined ? [] : [printRuns(weekdays, WEEKDAYS, '-')]),
    ...(times === undefined
      ? []
      : [times.map(({ from, to }) => `${printTime(from)}-${printTime(to)}`).join(',')]),
    ...printRanges('dates', dates),
    ...printRanges('days', daysOfMonth),
    ...(months === undefined ? [] : [`months=${printRuns(months, MONTHS, ':')}`]),
    ...printRanges('years', years),
    location,
  ].join(' ');
}

/** Several are joined with `;`: one of them must hold. */
export function printTimeIntervals(intervals: readonly TimeInterval[]): string {
  return intervals.map(printTimeInterval).join('; ');
}

/** 510 is `08:30`, 1,440 is `24:00`. */
export function printTime(minutes: number): string {
  const two = (count: number) => String(count).padStart(2, '0');
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

function printRanges(name: string, ranges: readonly Range<number | string>[] | undefined): string[] {
  if (ranges === undefined) return [];
  return [
    `${name}=${ranges.map(({ first, last }) => (first === last ? first : `${first}:${last}`)).join(',')}`,
  ];
}

/** Neighbours as one range: `mon-wed,sat`. */
function printRuns<T extends string>(chosen: readonly T[], all: readonly T[], to: string): string {
  const runs: T[][] = [];
  for (const [at, one] of all.entries()) {
    if (!chosen.includes(one)) continue;
    const run = runs.at(-1);
    if (run !== undefined && run.at(-1) === all[at - 1]) run.push(one);
    else runs.push([one]);
  }
  return runs
    .map((run) => (run.length === 1 ? run[0] : `${run[0]}${run.length === 2 ? ',' : to}${run.at(-1)}`))
    .join(',');
}
