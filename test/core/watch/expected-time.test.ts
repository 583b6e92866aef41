import { describe, expect, it } from 'vitest';
import type { WatchCalendar } from '../../../functions/core/model/config/source.ts';
import { expectedMs } from '../../../functions/core/watch/expected-time.ts';

const HOUR = 3_600_000;
const OFFICE: WatchCalendar = {
  days: ['mon', 'tue', 'wed', 'thu', 'fri'],
  from: '08:00',
  to: '18:00',
  timeZone: 'Europe/Berlin',
};
const WHOLE_DAYS: WatchCalendar = {
  days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'],
  from: '00:00',
  to: '24:00',
  timeZone: 'Europe/Berlin',
};

function hours(from: string, to: string, calendar?: WatchCalendar): number {
  return expectedMs(Date.parse(from), Date.parse(to), calendar) / HOUR;
}

describe('the expected time between two instants', () => {
  it('is all of it without a calendar', () => {
    expect(hours('2026-03-01T00:00:00Z', '2026-03-03T12:00:00Z')).toBe(60);
  });

  // 2026-03-02 is a Monday; Berlin is an hour ahead of UTC in winter, two in summer.
  it.each<[string, string, string, WatchCalendar, number]>([
    ['a working day', '2026-03-02T00:00:00Z', '2026-03-03T00:00:00Z', OFFICE, 10],
    ['a week', '2026-03-02T00:00:00Z', '2026-03-09T00:00:00Z', OFFICE, 50],
    ['a weekend', '2026-03-06T17:00:00Z', '2026-03-09T07:00:00Z', OFFICE, 0],
    ['a part of a day', '2026-03-02T09:30:00Z', '2026-03-02T11:00:00Z', OFFICE, 1.5],
    ['the hour before it opens', '2026-03-02T06:00:00Z', '2026-03-02T07:00:00Z', OFFICE, 0],
    ['the hour after it opens', '2026-03-02T06:30:00Z', '2026-03-02T08:00:00Z', OFFICE, 1],
    ['a summer morning, an hour earlier in UTC', '2026-07-06T05:30:00Z', '2026-07-06T07:00:00Z', OFFICE, 1],
    ['nothing', '2026-03-02T09:30:00Z', '2026-03-02T09:30:00Z', OFFICE, 0],
    ['the day the clocks go forward', '2026-03-28T23:00:00Z', '2026-03-29T22:00:00Z', WHOLE_DAYS, 23],
    ['the day the clocks go back', '2026-10-24T22:00:00Z', '2026-10-25T23:00:00Z', WHOLE_DAYS, 25],
    [
      'nights that end the next morning',
      '2026-03-02T00:00:00Z',
      '2026-03-04T00:00:00Z',
      { days: ['mon', 'tue'], from: '22:00', to: '06:00', timeZone: 'UTC' },
      10,
    ],
    [
      'a zone on the other side of the date line',
      '2026-03-01T00:00:00Z',
      '2026-03-03T00:00:00Z',
      { days: ['mon'], from: '00:00', to: '24:00', timeZone: 'Pacific/Auckland' },
      24,
    ],
    [
      'a zone half an hour off',
      '2026-03-02T00:00:00Z',
      '2026-03-03T00:00:00Z',
      { days: ['mon'], from: '09:00', to: '10:00', timeZone: 'Asia/Kolkata' },
      1,
    ],
  ])('of %s', (_what, from, to, calendar, expected) => {
    expect(hours(from, to, calendar)).toBe(expected);
  });

  it('of two years is all of it: whatever the calendar, that is silence', () => {
    expect(hours('2024-01-01T00:00:00Z', '2026-01-01T00:00:00Z', OFFICE)).toBe(731 * 24);
  });

  it('adds up, wherever it is cut', () => {
    const from = Date.parse('2026-03-20T03:17:00Z');
    const to = Date.parse('2026-04-10T21:43:00Z');
    const whole = expectedMs(from, to, OFFICE);
    for (let cut = from; cut < to; cut += 7 * HOUR) {
      expect(expectedMs(from, cut, OFFICE) + expectedMs(cut, to, OFFICE)).toBe(whole);
    }
  });
});
