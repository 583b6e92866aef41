import { describe, expect, it } from 'vitest';
import { describeNoDataAlarm, writeNoDataAlarm } from '../../../functions/core/config/parse-no-data-alarm.ts';
import { parseSource } from '../../../functions/core/config/parse-source.ts';

function read(after: unknown, calendar?: unknown) {
  const parsed = parseSource({ name: 'siem', noDataAlarm: after, noDataCalendar: calendar }, []);
  return parsed.ok
    ? { alarm: parsed.value.noDataAlarm, problems: [] }
    : { alarm: undefined, problems: parsed.problems };
}

describe('the no-data alarm', () => {
  it.each([
    [undefined, { afterSeconds: 86_400 }],
    ['15m', { afterSeconds: 900 }],
    ['30d', { afterSeconds: 2_592_000 }],
    ['off', 'off'],
  ])('of %s is read', (text, expected) => {
    expect(read(text)).toEqual({ alarm: expected, problems: [] });
  });

  it.each(['14m', '31d', 'soon', '', 24, 'OFF'])('of %s is refused with what would do', (text) => {
    expect(read(text).problems).toEqual([
      { path: 'noDataAlarm', message: expect.stringContaining('15m and 30d') as string },
    ]);
  });

  it.each([
    [
      'mon-fri 08:00-18:00 Europe/Berlin',
      ['mon', 'tue', 'wed', 'thu', 'fri'],
      '08:00',
      '18:00',
      'Europe/Berlin',
    ],
    ['sat,sun 00:00-24:00 UTC', ['sat', 'sun'], '00:00', '24:00', 'UTC'],
    ['fri-mon 22:00-06:00 Asia/Tokyo', ['mon', 'fri', 'sat', 'sun'], '22:00', '06:00', 'Asia/Tokyo'],
  ])('takes the calendar %s', (text, days, from, to, timeZone) => {
    const { alarm, problems } = read('2h', text);
    expect(problems).toEqual([]);
    expect(alarm).toEqual({ afterSeconds: 7_200, calendar: { days, from, to, timeZone } });
  });

  it.each([
    'mon-fri',
    'mon-fri 8:00-18:00 UTC',
    'mon-fri 08:00-24:30 UTC',
    'moonday 08:00-18:00 UTC',
    'mon--fri 08:00-18:00 UTC',
    'mon-fri 08:00-08:00 UTC',
    'mon-fri 08:00-18:00 Mars/Olympus',
    '',
    7,
  ])('refuses the calendar %s', (text) => {
    expect(read('2h', text).problems.map(({ path }) => path)).toEqual(['noDataCalendar']);
  });

  it('that is off has no calendar', () => {
    expect(read('off', 'mon-fri 08:00-18:00 UTC').problems).toHaveLength(1);
  });

  it('is read back as it was written', () => {
    const { alarm } = read('90m', 'mon-fri 08:00-18:00 Europe/Berlin');
    const written = writeNoDataAlarm(alarm ?? 'off');
    expect(read(written.noDataAlarm, written.noDataCalendar)).toEqual({ alarm, problems: [] });
    expect(describeNoDataAlarm(alarm ?? 'off')).toBe(
      'after 1h30m of mon,tue,wed,thu,fri 08:00-18:00 Europe/Berlin',
    );
  });
});
