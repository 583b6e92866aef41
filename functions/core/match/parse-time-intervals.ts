import { WEEKDAYS } from '../model/config/source.ts';
import { quoted } from '../text/quoted.ts';
import {
  type Part,
  readDates,
  readDaysOfMonth,
  readMonths,
  readTimes,
  readWeekdays,
  readYears,
} from './interval-parts.ts';
import { MONTHS, type TimeInterval } from './time-interval.ts';
import { knownZone } from './zone.ts';
import { unknownField } from '../text/did-you-mean.ts';

/** More than this is a mistake. */
const MAX_ENTRIES = 100;

const INTERVAL_EXAMPLES =
  "for example 'mon-fri 08:00-18:00 Europe/Berlin', 'sat,sun UTC' or 'dates=2026-12-24:2026-12-26 Europe/Berlin'";

/** What is wrong and where: `weekdays[0]`. */
type IntervalProblem = { path: string; message: string };

type Report = (path: string, message: string) => void;

/**
 * Reads `mon-fri 08:00-18:00 Europe/Berlin`. Each word is one part, in any order; a part may be a list with commas; all parts
 * must hold. Intervals are separated by `;`, one of them must hold.
 *
 * Words: weekdays, times, `dates=2026-12-24:2026-12-26` (or the dates alone), `days=1:7,-1`, `months=jan:mar`, `years=2026:2028`,
 * and a time zone, which is UTC when it is left out.
 */
export function parseTimeIntervals(text: string): { intervals: TimeInterval[]; problems: string[] } {
  const problems: string[] = [];
  const intervals = text.split(';').map((one) => {
    const words = one.split(/\s+/u).filter((word) => word !== '');
    if (words.length === 0)
      problems.push(`${quoted(text)} is no time interval; expected ${INTERVAL_EXAMPLES}`);
    const interval: TimeInterval = { location: 'UTC' };
    const seen = new Set<string>();
    for (const word of words) {
      const part = partOf(word);
      if (seen.has(part)) {
        problems.push(
          `${quoted(word)} is a second ${part}; expected one list with commas, or two intervals with ; between`,
        );
      }
      seen.add(part);
      read(interval, part, word.slice(word.indexOf('=') + 1).split(','), (_path, message) =>
        problems.push(message),
      );
    }
    return interval;
  });
  return { intervals: problems.length > 0 ? [] : intervals, problems };
}

/**
 * Reads one entry of `time_intervals` as Alertmanager's configuration writes it, with `dates` beside its parts:
 * `{times: [{start_time: '08:00', end_time: '18:00'}], weekdays: ['monday:friday'], location: 'Europe/Berlin'}`.
 */
export function readTimeInterval(
  input: unknown,
  path: string,
): { interval: TimeInterval; problems: IntervalProblem[] } {
  const problems: IntervalProblem[] = [];
  const interval: TimeInterval = { location: 'UTC' };
  const report: Report = (at, message) => problems.push({ path: at, message });
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    report(path, `${quoted(input)} is no time interval; expected an object`);
    return { interval, problems };
  }
  for (const [name, value] of Object.entries(input)) {
    const at = path === '' ? name : `${path}.${name}`;
    const part = PARTS.find((known) => known === name);
    if (part === undefined) report(at, unknownField(name, PARTS));
    else
      read(interval, part, part === 'location' ? [value] : entriesOf(value, at, report), (index, message) => {
        report(part === 'location' ? at : `${at}${index}`, message);
      });
  }
  return { interval, problems };
}

const PARTS = ['times', 'weekdays', 'days_of_month', 'months', 'years', 'dates', 'location'] as const;
type PartName = (typeof PARTS)[number];

const NAMED: Record<string, PartName> = {
  days: 'days_of_month',
  months: 'months',
  years: 'years',
  dates: 'dates',
};

function partOf(word: string): PartName {
  const named = /^([a-z]+)=/u.exec(word)?.[1];
  if (named !== undefined && Object.hasOwn(NAMED, named)) return NAMED[named] ?? 'location';
  if (/^\d{4}-\d/u.test(word)) return 'dates';
  if (/^\d/u.test(word)) return 'times';
  if ('value' in readWeekdays(word.split(',')[0] ?? '')) return 'weekdays';
  // What is neither is refused as what it looks like.
  return knownZone(word) === undefined && /^[a-z,-]+$/u.test(word) ? 'weekdays' : 'location';
}

function entriesOf(value: unknown, path: string, report: Report): readonly unknown[] {
  if (Array.isArray(value) && value.length > 0 && value.length <= MAX_ENTRIES) return value;
  report(path, `expected a list of 1 to ${MAX_ENTRIES} entries`);
  return [];
}

function read(interval: TimeInterval, part: PartName, entries: readonly unknown[], report: Report): void {
  switch (part) {
    case 'times':
      interval.times = all(entries, timesOf, report);
      break;
    case 'weekdays':
      interval.weekdays = inOrder(WEEKDAYS, all(entries, fromText(readWeekdays), report).flat());
      break;
    case 'days_of_month':
      interval.daysOfMonth = all(entries, fromText(readDaysOfMonth), report);
      break;
    case 'months':
      interval.months = inOrder(MONTHS, all(entries, fromText(readMonths), report).flat());
      break;
    case 'years':
      interval.years = all(entries, fromText(readYears), report);
      break;
    case 'dates':
      interval.dates = all(entries, fromText(readDates), report);
      break;
    case 'location':
      interval.location = all(entries, fromText(readZone), report)[0] ?? 'UTC';
  }
}

function all<T>(entries: readonly unknown[], readOne: (entry: unknown) => Part<T>, report: Report): T[] {
  return entries.flatMap((entry, index) => {
    const found = readOne(entry);
    if ('value' in found) return [found.value];
    report(`[${index}]`, found.problem);
    return [];
  });
}

function inOrder<T>(all: readonly T[], chosen: readonly T[]): T[] {
  return all.filter((one) => chosen.includes(one));
}

/** YAML reads `1` and `2026` as numbers. */
function fromText<T>(readOne: (text: string) => Part<T>): (entry: unknown) => Part<T> {
  return (entry) => readOne(typeof entry === 'string' ? entry : JSON.stringify(entry));
}

/** `08:00-18:00`, or `{start_time, end_time}`. */
function timesOf(entry: unknown): Part<{ from: number; to: number }> {
  if (typeof entry === 'string') {
    const [from = '', to = '', ...more] = entry.split('-');
    return more.length > 0 ? readTimes(entry, '') : readTimes(from, to);
  }
  const { start_time: from, end_time: to } = (entry ?? {}) as Record<string, unknown>;
  return typeof from === 'string' && typeof to === 'string'
    ? readTimes(from, to)
    : { problem: `${quoted(entry)} are no times; expected {start_time: '08:00', end_time: '18:00'}` };
}

function readZone(name: string): Part<string> {
  const value = knownZone(name);
  return value === undefined
    ? {
        problem: `${quoted(name)} is not a time zone; expected a name of the IANA database such as Europe/Berlin, or UTC`,
      }
    : { value };
}
