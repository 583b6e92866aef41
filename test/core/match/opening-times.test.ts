import { array, assert, constantFrom, integer, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isOpen, nextChangeMs, openMs } from '../../../functions/core/match/opening-times.ts';
import { parseTimeIntervals } from '../../../functions/core/match/parse-time-intervals.ts';

const HOUR = 3_600_000;

function intervals(text: string) {
  const parsed = parseTimeIntervals(text);
  expect(parsed.problems).toEqual([]);
  return parsed.intervals;
}

const at = (text: string) => Date.parse(text);

describe('an instant', () => {
  /** The cases of Alertmanager's own tests (timeinterval/timeinterval_test.go), instant by instant. */
  it.each<[string, string, string[], string[]]>([
    ['always', 'UTC', ['2006-01-02T15:04Z', '2007-01-03T10:04Z', '2006-01-04T09:04Z'], []],
    [
      'nine to five on working days',
      'mon-fri 09:00-17:00',
      ['2020-05-04T15:04Z', '2020-05-05T10:04Z', '2020-06-09T09:04Z'],
      ['2020-05-03T15:04Z', '2020-05-04T08:59Z', '2020-05-05T05:00Z'],
    ],
    [
      'Easter of 2020',
      'days=4:6 months=apr years=2020',
      ['2020-04-04T15:04Z', '2020-04-05T00:00Z', '2020-04-06T23:05Z'],
      [
        '2018-05-03T15:04Z',
        '2020-04-03T23:59Z',
        '2020-06-04T23:59Z',
        '2019-04-06T23:59Z',
        '2020-04-07T00:00Z',
      ],
    ],
    [
      'the last three days of each month',
      'days=-3:-1',
      [
        '2020-01-31T15:04Z',
        '2020-01-30T15:04Z',
        '2020-01-29T15:04Z',
        '2020-06-30T00:00Z',
        '2020-02-29T23:05Z',
      ],
      [
        '2018-05-03T15:04Z',
        '2020-01-27T15:04Z',
        '2020-04-03T23:59Z',
        '2020-06-04T23:59Z',
        '2019-04-06T23:59Z',
        '2020-04-07T00:00Z',
      ],
    ],
    [
      'a range from the end that is longer than the month',
      'days=-31:-26 months=feb',
      ['2019-02-01T12:00Z', '2019-02-03T12:00Z', '2020-02-04T12:00Z'],
      ['2019-02-04T12:00Z', '2019-01-31T12:00Z', '2019-03-01T12:00Z'],
    ],
    [
      'a day that the month does not have',
      'days=31 months=feb',
      [],
      ['2020-02-29T12:00Z', '2020-03-01T12:00Z', '2020-01-31T12:00Z'],
    ],
    [
      'from a day to the end of the month',
      'days=20:-1',
      ['2020-02-20T00:00Z', '2020-02-29T23:59Z'],
      ['2020-02-19T23:59Z', '2020-03-01T00:00Z'],
    ],
    [
      'nine to five in Sydney',
      'mon-fri 09:00-17:00 Australia/Sydney',
      ['2021-04-05T23:00Z', '2021-04-06T06:59Z'],
      ['2021-04-05T22:59Z', '2021-04-06T07:00Z', '2021-04-10T03:00Z'],
    ],
    [
      'a range with its start and without its end',
      '08:00-18:00',
      ['2026-03-02T08:00Z', '2026-03-02T17:59:59.999Z'],
      ['2026-03-02T07:59:59.999Z', '2026-03-02T18:00Z'],
    ],
    [
      'a whole day',
      'wed 00:00-24:00',
      ['2026-03-04T00:00Z', '2026-03-04T23:59:59.999Z'],
      ['2026-03-03T23:59Z', '2026-03-05T00:00Z'],
    ],
    [
      'a night, on the day on which it begins',
      'fri 22:00-06:00',
      ['2026-03-06T22:00Z', '2026-03-07T05:59Z'],
      ['2026-03-06T05:00Z', '2026-03-07T06:00Z', '2026-03-07T22:00Z'],
    ],
    [
      'holidays',
      'dates=2026-12-24:2026-12-26 Europe/Berlin',
      ['2026-12-23T23:00Z', '2026-12-26T22:59Z'],
      ['2026-12-23T22:59Z', '2026-12-26T23:00Z'],
    ],
    [
      'one of two',
      'sat 10:00-12:00; sun',
      ['2026-03-07T10:00Z', '2026-03-08T23:00Z'],
      ['2026-03-07T12:00Z', '2026-03-09T00:00Z'],
    ],
    [
      'a zone half an hour off',
      '09:00-10:00 Asia/Kolkata',
      ['2026-03-02T03:30Z', '2026-03-02T04:29Z'],
      ['2026-03-02T03:29Z', '2026-03-02T04:30Z'],
    ],
    [
      'a zone three quarters of an hour off',
      '09:00-10:00 Asia/Kathmandu',
      ['2026-03-02T03:15Z'],
      ['2026-03-02T03:14Z', '2026-03-02T04:15Z'],
    ],
    ['nothing', 'days=30 months=feb', [], ['2024-02-29T12:00Z', '2024-03-01T12:00Z']],
  ])('is in or out of %s', (_what, text, inside, outside) => {
    expect(inside.filter((instant) => !isOpen(intervals(text), at(instant)))).toEqual([]);
    expect(outside.filter((instant) => isOpen(intervals(text), at(instant)))).toEqual([]);
  });
});

describe('the next change', () => {
  it.each<[string, string, string, string | undefined]>([
    ['opening', 'mon-fri 08:00-18:00 Europe/Berlin', '2026-03-02T06:00Z', '2026-03-02T07:00Z'],
    ['closing', 'mon-fri 08:00-18:00 Europe/Berlin', '2026-03-02T07:00Z', '2026-03-02T17:00Z'],
    [
      'opening after a weekend',
      'mon-fri 08:00-18:00 Europe/Berlin',
      '2026-03-06T17:00Z',
      '2026-03-09T07:00Z',
    ],
    [
      'opening an hour earlier in summer',
      'mon-fri 08:00-18:00 Europe/Berlin',
      '2026-03-27T17:00Z',
      '2026-03-30T06:00Z',
    ],
    ['closing after days that touch each other', 'mon-fri', '2026-03-03T12:00Z', '2026-03-07T00:00Z'],
    [
      'closing after intervals that touch each other',
      '08:00-12:00; 12:00-18:00',
      '2026-03-02T09:00Z',
      '2026-03-02T18:00Z',
    ],
    ['none of what always holds', 'UTC', '2026-03-02T09:00Z', undefined],
    ['none of what never holds', 'days=30 months=feb', '2026-03-02T09:00Z', undefined],
    ['none of what is over', '2025-12-24', '2026-03-02T09:00Z', undefined],
    ['none within a year', '2030-01-01', '2026-03-02T09:00Z', undefined],
    [
      'opening at an hour that the clocks skip',
      '02:30-04:00 Europe/Berlin',
      '2026-03-29T00:00Z',
      '2026-03-29T01:00Z',
    ],
    [
      'closing at an hour that the clocks skip',
      '01:00-02:30 Europe/Berlin',
      '2026-03-29T00:30Z',
      '2026-03-29T01:00Z',
    ],
    [
      'opening that never comes, since the clocks skip all of it',
      'dates=2026-03-29 02:10-02:50 Europe/Berlin',
      '2026-03-01T00:00Z',
      undefined,
    ],
    [
      'closing in an hour that comes twice',
      '02:00-02:30 Europe/Berlin',
      '2026-10-25T00:00Z',
      '2026-10-25T00:30Z',
    ],
    [
      'opening again in the hour that comes twice',
      '02:00-02:30 Europe/Berlin',
      '2026-10-25T00:30Z',
      '2026-10-25T01:00Z',
    ],
    [
      'closing after an hour that comes twice',
      '02:00-03:00 Europe/Berlin',
      '2026-10-25T00:00Z',
      '2026-10-25T02:00Z',
    ],
    [
      'closing where clocks change by half an hour',
      '01:30-02:15 Australia/Lord_Howe',
      '2026-04-04T14:30Z',
      '2026-04-04T15:45Z',
    ],
    [
      'opening where midnight is skipped',
      'dates=2026-04-24 Africa/Cairo',
      '2026-04-23T12:00Z',
      '2026-04-23T22:00Z',
    ],
    [
      'opening where a whole day is skipped',
      'fri,sat Pacific/Apia',
      '2011-12-29T12:00Z',
      '2011-12-30T10:00Z',
    ],
  ])('is %s', (_what, text, from, expected) => {
    const change = nextChangeMs(intervals(text), at(from));
    expect(change === undefined ? undefined : new Date(change).toISOString().replace(':00.000', '')).toBe(
      expected,
    );
  });

  it('is where being open changes, and nowhere before; and time open adds up', () => {
    const texts = constantFrom(
      'mon-fri 08:00-18:00 Europe/Berlin',
      '22:00-06:00 America/New_York',
      'sun 00:00-03:00 America/Havana',
      '01:15-02:45 Australia/Lord_Howe',
      'days=-2:-1 23:30-00:30 Asia/Kolkata',
      'sat-sun Pacific/Apia',
      'months=mar,oct 02:00-03:00 Europe/Berlin',
      '00:00-24:00 Africa/Casablanca',
      '23:00-01:00 America/Sao_Paulo',
      'dates=2026-03-29,2026-10-25 Europe/London',
    );
    const seasons = constantFrom(
      '2026-03-05',
      '2026-03-27',
      '2026-04-03',
      '2026-10-02',
      '2026-10-23',
      '2026-10-30',
      '2018-11-02',
      '2018-02-16',
    );
    assert(
      property(
        array(texts, { minLength: 1, maxLength: 3 }),
        seasons,
        integer({ min: 0, max: 400 }),
        (chosen, day, quarter) => {
          const given = intervals(chosen.join('; '));
          const from = at(`${day}T00:00Z`) + quarter * 15 * 60_000;
          const next = nextChangeMs(given, from);
          const step = 15 * 60_000;
          const until = Math.min(next ?? Infinity, from + 60 * HOUR);
          let open = 0;
          for (let ms = from; ms < until; ms += step) {
            expect(isOpen(given, ms)).toBe(isOpen(given, from));
            open += isOpen(given, ms) ? Math.min(step, until - ms) : 0;
          }
          if (next !== undefined) expect(isOpen(given, next)).toBe(!isOpen(given, from));
          expect(openMs(given, from, until)).toBe(open);
        },
      ),
      { numRuns: 300 },
    );
  });
});
