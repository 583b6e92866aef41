import { expect, test } from 'vitest';
import { routeHours } from '../../../functions/core/match/route-hours.ts';
import { anInterval } from '../../adapters/records.ts';

const OFFICE = anInterval({ id: 'int_o', name: 'office', times: 'mon-fri 08:00-18:00 Europe/Berlin' });
const HOLIDAYS = anInterval({
  id: 'int_h',
  name: 'holidays',
  times: 'dates=2026-12-24:2026-12-26 Europe/Berlin',
});
const PAST = anInterval({ id: 'int_p', name: 'past', times: 'years=2020 UTC' });
const BROKEN = anInterval({ id: 'int_b', name: 'broken', times: 'mon-fry' });
const ALWAYS = anInterval({ id: 'int_a', name: 'always', times: 'mon-sun UTC' });
const hours = routeHours([OFFICE, HOLIDAYS, PAST, BROKEN, ALWAYS]);
const until = (route: Parameters<typeof hours>[0], at: string) => hours(route, Date.parse(at))?.until;

test.each([
  ['in the hours', '2026-01-15T09:00:00Z', undefined],
  ['in the evening', '2026-01-15T17:00:00Z', '2026-01-16T07:00:00.000Z'],
  ['in the last minute', '2026-01-15T16:59:59.999Z', undefined],
  ['on Friday evening', '2026-01-16T20:00:00Z', '2026-01-19T07:00:00.000Z'],
  ['over the weekend on which the clocks go forward', '2026-03-28T12:00:00Z', '2026-03-30T06:00:00.000Z'],
  ['over the weekend on which they go back', '2026-10-24T12:00:00Z', '2026-10-26T07:00:00.000Z'],
])('a route with active hours tells or holds: %s', (_, at, expected) => {
  expect(until({ activeIntervalIds: ['int_o'] }, at)).toBe(expected);
});

test.each([
  ['before the holidays', ['int_h'], '2026-12-23T12:00:00Z', undefined],
  [
    'on the last day: until the next working day',
    ['int_h'],
    '2026-12-26T12:00:00Z',
    '2026-12-28T07:00:00.000Z',
  ],
  ['on the first day, in the hours', ['int_h'], '2026-12-24T12:00:00Z', '2026-12-28T07:00:00.000Z'],
])('what is muted and active must both let it pass: %s', (_, muted, at, expected) => {
  expect(until({ activeIntervalIds: ['int_o'], mutedIntervalIds: muted }, at)).toBe(expected);
});

test('one of several active intervals is enough', () => {
  expect(until({ activeIntervalIds: ['int_o', 'int_a'] }, '2026-01-17T12:00:00Z')).toBeUndefined();
});

test.each([
  ['never opens again', { activeIntervalIds: ['int_p'] }],
  ['is always muted', { mutedIntervalIds: ['int_a'] }],
])('what %s is held for seven days', (_, route) => {
  expect(until(route, '2026-01-15T09:00:00Z')).toBe('2026-01-22T09:00:00.000Z');
});

test.each([
  ['an active one that is not there', { activeIntervalIds: ['int_x'] }],
  ['an active one that cannot be read', { activeIntervalIds: ['int_b'] }],
  ['an active one that is not there beside one that is closed', { activeIntervalIds: ['int_o', 'int_x'] }],
  ['a muted one that is not there', { mutedIntervalIds: ['int_x'] }],
  ['none', {}],
])('fails towards telling: %s', (_, route) => {
  expect(hours(route, Date.parse('2026-01-17T12:00:00Z'))).toBeUndefined();
});

test('what is dropped has no instant, and both name the intervals', () => {
  const route = { activeIntervalIds: ['int_o'], mutedIntervalIds: ['int_h'], outside: 'drop' as const };
  expect(hours(route, Date.parse('2026-01-17T12:00:00Z'))).toEqual({ intervals: ['office', 'holidays'] });
});
