import { describe, expect, it } from 'vitest';
import { calendarOfInterval, intervalOfCalendar } from '../../../functions/core/match/watch-calendar.ts';
import type { TimeInterval } from '../../../functions/core/match/time-interval.ts';
import type { WatchCalendar } from '../../../functions/core/model/config/source.ts';

const OFFICE: WatchCalendar = { days: ['mon', 'fri'], from: '08:30', to: '24:00', timeZone: 'Europe/Berlin' };
const INTERVAL: TimeInterval = {
  weekdays: ['mon', 'fri'],
  times: [{ from: 510, to: 1_440 }],
  location: 'Europe/Berlin',
};

describe('the hours of a no-data alarm', () => {
  it('are a time interval, and the interval is them', () => {
    expect(intervalOfCalendar(OFFICE)).toEqual(INTERVAL);
    expect(calendarOfInterval(INTERVAL)).toEqual(OFFICE);
  });

  it.each<[string, Partial<TimeInterval>]>([
    [
      'two ranges of hours',
      {
        times: [
          { from: 0, to: 60 },
          { from: 120, to: 180 },
        ],
      },
    ],
    ['no hours', { times: [] }],
    ['months', { months: ['jan'] }],
  ])('cannot be said by an interval of %s', (_what, given) => {
    expect(calendarOfInterval({ ...INTERVAL, ...given })).toBeUndefined();
  });

  it('cannot be said by an interval without days', () => {
    const { weekdays: _weekdays, ...rest } = INTERVAL;
    expect(calendarOfInterval(rest)).toBeUndefined();
  });
});
