import { assert, constantFrom, integer, option, property, record, subarray, uniqueArray } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTimeIntervals, readTimeInterval } from '../../../functions/core/match/parse-time-intervals.ts';
import {
  MONTHS,
  printTimeInterval,
  printTimeIntervals,
  type TimeInterval,
} from '../../../functions/core/match/time-interval.ts';
import { WEEKDAYS } from '../../../functions/core/model/config/source.ts';

describe('a time interval that is written', () => {
  it.each([
    ['mon-fri 08:00-18:00 Europe/Berlin', 'mon-fri 08:00-18:00 Europe/Berlin'],
    ['Europe/Berlin Monday-Friday 08:00-18:00', 'mon-fri 08:00-18:00 Europe/Berlin'],
    ['sat,sun', 'sat,sun UTC'],
    ['sat-mon 22:00-06:00 Asia/Tokyo', 'mon,sat,sun 22:00-06:00 Asia/Tokyo'],
    ['mon,mon,tue', 'mon,tue UTC'],
    ['mon europe/berlin', 'mon Europe/Berlin'],
    ['mon Asia/Kolkata', 'mon Asia/Kolkata'],
    ['mon Europe/Kyiv', 'mon Europe/Kyiv'],
    ['08:00-12:00,13:00-17:00 utc', '08:00-12:00,13:00-17:00 UTC'],
    ['00:00-24:00', '00:00-24:00 UTC'],
    ['2026-12-24:2026-12-26', 'dates=2026-12-24:2026-12-26 UTC'],
    ['dates=2026-12-24,2027-01-01 Europe/Berlin', 'dates=2026-12-24,2027-01-01 Europe/Berlin'],
    [
      'days=1:7,-1 months=jan:mar,12 years=2026:2027,2030',
      'days=1:7,-1 months=jan:mar,dec years=2026:2027,2030 UTC',
    ],
    ['months=nov:feb', 'months=jan,feb,nov,dec UTC'],
    ['mon-fri 08:00-18:00 UTC; sat 10:00-12:00 UTC', 'mon-fri 08:00-18:00 UTC; sat 10:00-12:00 UTC'],
  ])('%s is %s', (text, printed) => {
    const { intervals, problems } = parseTimeIntervals(text);
    expect(problems).toEqual([]);
    expect(printTimeIntervals(intervals)).toBe(printed);
  });

  it.each([
    ['', /"" is no time interval; expected for example/u],
    ['mon-fri;', /is no time interval/u],
    ['moonday 08:00-18:00', /"moonday" is no weekday; expected for example mon, mon-fri/u],
    ['mon--fri', /"mon--fri" is no weekday/u],
    ['mon-fri-sun', /is no weekday/u],
    ['8:00-18:00', /"8:00-18:00" are no times; expected for example 08:00-18:00/u],
    ['08:00', /are no times/u],
    ['08:00-24:30', /are no times/u],
    ['24:00-08:00', /are no times/u],
    ['08:00-09:00-10:00', /are no times/u],
    ['08:00-08:00', /is no time at all; whole days are 00:00-24:00/u],
    ['mon-fri Mars/Olympus', /"Mars\/Olympus" is not a time zone; expected a name of the IANA database/u],
    ['mon-fri Local', /"Local" is not a time zone/u],
    ['dates=2026-02-30', /"2026-02-30" is no date/u],
    ['2026-12-26:2026-12-24', /ends before it begins/u],
    ['days=0', /"0" is no day of a month/u],
    ['days=32', /"32" is no day of a month/u],
    ['days=-32:-1', /is no day of a month/u],
    ['days=7:1', /ends before it begins/u],
    ['days=-1:-3', /ends before it begins/u],
    ['days=-3:3', /ends before it begins/u],
    ['days=20:-20', /ends before it begins/u],
    ['months=13', /"13" is no month/u],
    ['months=janitor', /"janitor" is no month/u],
    ['years=26', /"26" is no year/u],
    ['years=2027:2026', /ends before it begins/u],
    ['mon tue', /"tue" is a second weekdays; expected one list with commas/u],
  ])('%s is refused', (text, problem) => {
    expect(parseTimeIntervals(text)).toEqual({ intervals: [], problems: [expect.stringMatching(problem)] });
  });

  it('tells every problem at once', () => {
    expect(parseTimeIntervals('moonday 8:00-9:00 days=0,40 Mars/Olympus').problems).toHaveLength(5);
  });

  it('reads the same again, whatever it says', () => {
    const list = <T>(all: readonly T[]) => option(subarray([...all], { minLength: 1 }), { nil: undefined });
    const range = (min: number, max: number) =>
      option(uniqueArray(integer({ min, max }), { minLength: 2, maxLength: 2 }), { nil: undefined });
    const ordered = (ends: number[] | undefined) => {
      const [first = 0, last = 0] = (ends ?? []).toSorted((a, b) => a - b);
      return ends === undefined ? undefined : { first, last };
    };
    assert(
      property(
        record({
          weekdays: list(WEEKDAYS),
          months: list(MONTHS),
          hours: range(0, 1_439),
          days: range(1, 31),
          negative: range(-31, -1),
          years: range(2000, 2100),
          dates: option(constantFrom('2026-02-28', '2028-02-29'), { nil: undefined }),
          location: constantFrom('UTC', 'Europe/Berlin', 'Australia/Lord_Howe'),
        }),
        ({ weekdays, months, hours, days, negative, years, dates, location }) => {
          const [from = 0, to = 0] = hours ?? [];
          const month = [ordered(days), ordered(negative)].filter((one) => one !== undefined);
          const among = ordered(years);
          const interval: TimeInterval = {
            location,
            ...(weekdays !== undefined && { weekdays }),
            ...(months !== undefined && { months }),
            ...(hours !== undefined && { times: [{ from, to }] }),
            ...(month.length > 0 && { daysOfMonth: month }),
            ...(among !== undefined && { years: [among] }),
            ...(dates !== undefined && { dates: [{ first: dates, last: dates }] }),
          };
          expect(parseTimeIntervals(printTimeInterval(interval))).toEqual({
            intervals: [interval],
            problems: [],
          });
        },
      ),
    );
  });
});

/** Shapes and refusals of Alertmanager's configuration (timeinterval/timeinterval.go and its tests). */
describe('a time interval of Alertmanager', () => {
  it.each<[unknown, string]>([
    [{}, 'UTC'],
    [
      { weekdays: ['monday:friday'], times: [{ start_time: '09:00', end_time: '17:00' }] },
      'mon-fri 09:00-17:00 UTC',
    ],
    [{ weekdays: ['monday:wednesday', 'Saturday', 'sunday'] }, 'mon-wed,sat,sun UTC'],
    [{ days_of_month: ['1', '-1', '5:7', '-7:-1', 12] }, 'days=1,-1,5:7,-7:-1,12 UTC'],
    [{ months: ['january:march', '5', 'december', 7] }, 'months=jan:mar,may,jul,dec UTC'],
    [{ years: ['2020:2022', 2030] }, 'years=2020:2022,2030 UTC'],
    [{ location: 'Australia/Melbourne' }, 'Australia/Melbourne'],
    [{ dates: ['2026-12-24:2026-12-26'] }, 'dates=2026-12-24:2026-12-26 UTC'],
  ])('%j is %s', (input, printed) => {
    const { interval, problems } = readTimeInterval(input, '');
    expect(problems).toEqual([]);
    expect(printTimeInterval(interval)).toBe(printed);
  });

  it.each<[unknown, string]>([
    [{ weekdays: ['friyay'] }, 'weekdays[0]'],
    [{ weekdays: 'monday' }, 'weekdays'],
    [{ weekdays: [] }, 'weekdays'],
    [{ times: [{ start_time: '9:00', end_time: '17:00' }] }, 'times[0]'],
    [{ times: [{ start_time: '09:00' }] }, 'times[0]'],
    [{ times: [null] }, 'times[0]'],
    [{ days_of_month: ['0'] }, 'days_of_month[0]'],
    [{ days_of_month: ['1', '-50:-20'] }, 'days_of_month[1]'],
    [{ days_of_month: ['31:1'] }, 'days_of_month[0]'],
    [{ months: ['march:14'] }, 'months[0]'],
    [{ years: ['2022:2020'] }, 'years[0]'],
    [{ location: 'Local' }, 'location'],
    [{ location: 7 }, 'location'],
    [{ hours: ['9'] }, 'hours'],
    [null, ''],
    [['mon'], ''],
  ])('%j is refused at %s', (input, path) => {
    expect(readTimeInterval(input, '').problems.map((problem) => problem.path)).toEqual([path]);
  });

  it('names the whole path of every problem', () => {
    const { problems } = readTimeInterval({ years: ['x'], months: ['y'] }, 'time_intervals.office[0]');
    expect(problems.map(({ path }) => path)).toEqual([
      'time_intervals.office[0].years[0]',
      'time_intervals.office[0].months[0]',
    ]);
  });
});
