import { quoted } from '../text/quoted.ts';
import { MONTHS, type Month, type Range } from './time-interval.ts';
import { WEEKDAYS, type Weekday } from '../model/config/source.ts';

/** A part of a time interval, or what is wrong with it. */
export type Part<T> = { value: T } | { problem: string };

/** `08:00-18:00`; `22:00-06:00` ends the next morning. */
export function readTimes(from: string, to: string): Part<{ from: number; to: number }> {
  const [first, last] = [minutesOf(from), minutesOf(to)];
  const seen = quoted(`${from}-${to}`);
  if (first === undefined || last === undefined || first === 1_440) {
    return { problem: `${seen} are no times; expected for example 08:00-18:00, 22:00-06:00 or 00:00-24:00` };
  }
  return first === last
    ? { problem: `${seen} is no time at all; whole days are 00:00-24:00` }
    : { value: { from: first, to: last } };
}

/** `mon`, `monday`, `mon-fri`, `saturday:sunday`, `fri-mon`. */
export function readWeekdays(text: string): Part<Weekday[]> {
  const value = namedRange(text, WEEKDAYS, (word) =>
    /^(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?$/u.test(word),
  );
  return value === undefined
    ? { problem: `${quoted(text)} is no weekday; expected for example mon, mon-fri or sat-sun` }
    : { value };
}

const MONTH_NAMES =
  'january february march april may june july august september october november december'.split(' ');

/** `jan`, `january`, `1`, `nov-feb`, `january:march`, `1:3`. */
export function readMonths(text: string): Part<Month[]> {
  const names = text.replaceAll(/\d+/gu, (number) => MONTHS[Number(number) - 1] ?? number);
  const value = namedRange(
    names,
    MONTHS,
    (word) => MONTH_NAMES.includes(word) || MONTHS.some((month) => month === word),
  );
  return value === undefined
    ? { problem: `${quoted(text)} is no month; expected for example jan, 1 or jan:mar` }
    : { value };
}

/** `1`, `1:7`, `-3:-1`, `20:-1`; -1 is the last day of the month. */
export function readDaysOfMonth(text: string): Part<Range<number>> {
  const range = rangeOf(text, /^-?\d{1,2}$/u);
  const [first, last] = [Number(range?.first), Number(range?.last)];
  const isDay = (day: number) => day !== 0 && Math.abs(day) <= 31;
  if (range === undefined || !isDay(first) || !isDay(last)) {
    return {
      problem: `${quoted(text)} is no day of a month; expected 1 to 31, -1 to -31 from its end, or for example 1:7`,
    };
  }
  // In a month of 31 days, the longest there is.
  const inLongest = (day: number) => (day < 0 ? 32 + day : day);
  return (first < 0 && last > 0) || inLongest(first) > inLongest(last)
    ? { problem: `${quoted(text)} ends before it begins; expected for example 1:7, -3:-1 or 20:-1` }
    : { value: { first, last } };
}

/** `2026`, `2026:2028`. */
export function readYears(text: string): Part<Range<number>> {
  const range = rangeOf(text, /^\d{4}$/u);
  const [first, last] = [Number(range?.first), Number(range?.last)];
  if (range === undefined) {
    return { problem: `${quoted(text)} is no year; expected for example 2026 or 2026:2028` };
  }
  return first > last ? { problem: `${quoted(text)} ends before it begins` } : { value: { first, last } };
}

/** `2026-12-24`, `2026-12-24:2026-12-26`. */
export function readDates(text: string): Part<Range<string>> {
  const range = rangeOf(text, /^\d{4}-\d\d-\d\d$/u);
  if (range === undefined || !isDate(range.first) || !isDate(range.last)) {
    return {
      problem: `${quoted(text)} is no date; expected for example 2026-12-24 or 2026-12-24:2026-12-26`,
    };
  }
  return range.first > range.last ? { problem: `${quoted(text)} ends before it begins` } : { value: range };
}

function minutesOf(time: string): number | undefined {
  if (time === '24:00') return 1_440;
  return /^(?:[01]\d|2[0-3]):[0-5]\d$/u.test(time)
    ? Number(time.slice(0, 2)) * 60 + Number(time.slice(3))
    : undefined;
}

function isDate(text: string): boolean {
  const ms = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
}

/** Of names that begin with three letters; a range may go over the end of the list. */
function namedRange<T extends string>(
  text: string,
  all: readonly T[],
  isName: (word: string) => boolean,
): T[] | undefined {
  const words = text.toLowerCase().split(/[-:]/u);
  const [first = -1, last = first] = words.map((word) =>
    isName(word) ? all.findIndex((one) => one === word.slice(0, 3)) : -1,
  );
  if (words.length > 2 || first < 0 || last < 0) return undefined;
  const length = ((last - first + all.length) % all.length) + 1;
  return all.filter((_one, at) => (at - first + all.length) % all.length < length);
}

function rangeOf(text: string, end: RegExp): Range<string> | undefined {
  const [first = '', last = first, ...more] = text.split(':');
  return more.length === 0 && end.test(first) && end.test(last) ? { first, last } : undefined;
}
