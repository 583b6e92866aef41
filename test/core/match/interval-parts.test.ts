import { describe, expect, it } from 'vitest';
import {
  readDates,
  readDaysOfMonth,
  readMonths,
  readTimes,
  readWeekdays,
  readYears,
  type Part,
} from '../../../functions/core/match/interval-parts.ts';

const shown = <T>(part: Part<T>): T | string => ('value' in part ? part.value : part.problem);

describe('times', () => {
  it.each<[string, string, unknown]>([
    ['08:00', '18:00', { from: 480, to: 1_080 }],
    ['22:00', '06:00', { from: 1_320, to: 360 }],
    ['00:00', '24:00', { from: 0, to: 1_440 }],
    ['08:00', '08:00', expect.stringContaining('is no time at all')],
    ['24:00', '06:00', expect.stringContaining('are no times')],
    ['8:00', '18:00', expect.stringContaining('"8:00-18:00" are no times')],
    ['08:00', '18:60', expect.stringContaining('are no times')],
  ])('from %s to %s', (from, to, part) => {
    expect(shown(readTimes(from, to))).toEqual(part);
  });
});

describe('weekdays', () => {
  it.each<[string, unknown]>([
    ['mon', ['mon']],
    ['Monday', ['mon']],
    ['mon-fri', ['mon', 'tue', 'wed', 'thu', 'fri']],
    ['fri-mon', ['mon', 'fri', 'sat', 'sun']],
    ['saturday:sunday', ['sat', 'sun']],
    ['mond', expect.stringContaining('"mond" is no weekday')],
    ['mon-', expect.stringContaining('is no weekday')],
    ['mon-tue-wed', expect.stringContaining('is no weekday')],
  ])('%s', (text, part) => {
    expect(shown(readWeekdays(text))).toEqual(part);
  });
});

describe('months', () => {
  it.each<[string, unknown]>([
    ['jan', ['jan']],
    ['1:3', ['jan', 'feb', 'mar']],
    ['nov-feb', ['jan', 'feb', 'nov', 'dec']],
    ['March', ['mar']],
    ['13', expect.stringContaining('"13" is no month')],
    ['0', expect.stringContaining('is no month')],
    ['janua', expect.stringContaining('is no month')],
  ])('%s', (text, part) => {
    expect(shown(readMonths(text))).toEqual(part);
  });
});

describe('days of a month', () => {
  it.each<[string, unknown]>([
    ['1', { first: 1, last: 1 }],
    ['1:7', { first: 1, last: 7 }],
    ['-3:-1', { first: -3, last: -1 }],
    ['20:-1', { first: 20, last: -1 }],
    ['7:1', expect.stringContaining('ends before it begins')],
    ['-1:1', expect.stringContaining('ends before it begins')],
    ['0', expect.stringContaining('is no day of a month')],
    ['32', expect.stringContaining('is no day of a month')],
    ['1:2:3', expect.stringContaining('is no day of a month')],
  ])('%s', (text, part) => {
    expect(shown(readDaysOfMonth(text))).toEqual(part);
  });
});

describe('years and dates', () => {
  it.each<[string, unknown]>([
    ['2026', { first: 2026, last: 2026 }],
    ['2026:2028', { first: 2026, last: 2028 }],
    ['2028:2026', expect.stringContaining('ends before it begins')],
    ['26', expect.stringContaining('"26" is no year')],
  ])('%s', (text, part) => {
    expect(shown(readYears(text))).toEqual(part);
  });

  it.each<[string, unknown]>([
    ['2026-12-24', { first: '2026-12-24', last: '2026-12-24' }],
    ['2026-12-24:2026-12-26', { first: '2026-12-24', last: '2026-12-26' }],
    ['2028-02-29', { first: '2028-02-29', last: '2028-02-29' }],
    ['2026-02-29', expect.stringContaining('is no date')],
    ['2026-12-26:2026-12-24', expect.stringContaining('ends before it begins')],
  ])('%s', (text, part) => {
    expect(shown(readDates(text))).toEqual(part);
  });
});
