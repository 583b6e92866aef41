import { expect, test } from 'vitest';
import { routeHours } from '../../../functions/core/match/route-hours.ts';
import { heldUntil } from '../../../functions/core/match/route-outside.ts';
import type { Route } from '../../../functions/core/model/config/route.ts';
import type { Alert } from '../../../functions/core/model/wire/alert.ts';
import type { Outside } from '../../../functions/core/model/wire/outside.ts';
import { anAlert, anInterval, aRoute } from '../../adapters/records.ts';

/** A Thursday, after hours in Berlin. */
const EVENING = '2026-01-15T20:00:00.000Z';
const OPENING = '2026-01-16T07:00:00.000Z';
const LATER = '2026-01-16T09:00:00.000Z';
const hours = routeHours([
  anInterval({ id: 'int_1' }),
  anInterval({ id: 'int_2', times: 'mon-fri 10:00-18:00 Europe/Berlin' }),
  anInterval({ id: 'int_never', times: 'years=2020' }),
]);
const office = aRoute({ activeIntervalIds: ['int_1'] });
const late = aRoute({ id: 'rte_2', activeIntervalIds: ['int_2'] });

function until(routes: Route[], outside: Partial<Outside> = {}, alert: Partial<Alert> = {}, at = EVENING) {
  const held = {
    alert: anAlert({ severity: 'high', severity_id: 4, ...alert }),
    outside: { intervals: ['office-hours'], until: OPENING, routes: ['rte_1'], ...outside },
    heldSince: EVENING,
  };
  const route = (id: string) => routes.find((one) => one.id === id);
  return heldUntil(held, { route, hours }, Date.parse(at));
}

test.each<[string, Route[], Partial<Outside>, Partial<Alert>, string | undefined]>([
  ['until its route tells', [office], {}, {}, OPENING],
  ['until the opening of now', [{ ...office, activeIntervalIds: ['int_2'] }], {}, {}, LATER],
  ['until the first of its routes tells', [office, late], { routes: ['rte_2', 'rte_1'] }, {}, OPENING],
  ['until its instant, where no route is known', [], { routes: [] }, {}, OPENING],
  ['although its route drops by now', [{ ...office, outside: 'drop' }], {}, {}, OPENING],
  [
    'for a minute more, when it is the end for a machine',
    [office],
    {},
    { status: 'resolved' },
    '2026-01-16T07:01:00.000Z',
  ],
  [
    'for seven days, where nothing opens any more',
    [{ ...office, activeIntervalIds: ['int_never'] }],
    {},
    {},
    '2026-01-22T20:00:00.000Z',
  ],
  ['no longer, when its route is gone', [], {}, {}, undefined],
  ['no longer, when one of its routes is gone', [office], { routes: ['rte_1', 'rte_2'] }, {}, undefined],
  ['no longer, when its route has no interval', [aRoute()], {}, {}, undefined],
  ['no longer, when its interval is gone', [{ ...office, activeIntervalIds: ['int_x'] }], {}, {}, undefined],
  [
    'no longer, when it is critical and its route holds no critical alert by now',
    [office],
    {},
    { severity: 'critical', severity_id: 5 },
    undefined,
  ],
])('something is held %s', (_, routes, outside, alert, expected) => {
  expect(until(routes, outside, alert)).toBe(expected);
});

test('nothing is held past its time', () => {
  expect(until([office], {}, {}, OPENING)).toBeUndefined();
  expect(until([], { routes: [] }, {}, OPENING)).toBeUndefined();
  const never = { ...office, activeIntervalIds: ['int_never'] };
  expect(until([never], {}, {}, '2026-01-22T19:59:59.999Z')).toBe('2026-01-22T20:00:00.000Z');
  expect(until([never], {}, {}, '2026-01-22T20:00:00.000Z')).toBeUndefined();
});
