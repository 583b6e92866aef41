import { describe, expect, test } from 'vitest';
import { routeAlert } from '../../../functions/core/route/route-alert.ts';
import type { Route } from '../../../functions/core/model/config/route.ts';
import type { Alert } from '../../../functions/core/model/wire/alert.ts';
import { aMailingList, anAlert, anInterval, aRoute, aSilence, aWebhook } from '../../adapters/records.ts';

/** A Thursday, after hours in Berlin. */
const EVENING = Date.parse('2026-01-15T20:00:00.000Z');
const OPENING = '2026-01-16T07:00:00.000Z';
const OFFICE = anInterval({ id: 'int_1', name: 'office-hours' });
const toChat = (given: Partial<Route> = {}) =>
  aRoute({ name: 'chat', destinationIds: ['dst_1'], condition: {}, activeIntervalIds: ['int_1'], ...given });
const critical: Partial<Alert> = { severity: 'critical', severity_id: 5 };

function decide(
  alert: Partial<Alert>,
  routes: Route[],
  more: Partial<Parameters<typeof routeAlert>[1]> = {},
) {
  const { deliveries, trace } = routeAlert(
    anAlert({ severity: 'high', severity_id: 4, ...alert }),
    {
      routes,
      destinations: [aWebhook({ id: 'dst_1', format: 'slack' })],
      intervals: [OFFICE],
      unreadable: { routes: [], destinations: [] },
      ...more,
    },
    EVENING,
  );
  return { outside: deliveries.map(({ outside }) => outside), trace: trace[0], planned: deliveries.length };
}

const HELD = [{ intervals: ['office-hours'], until: OPENING, routes: ['rte_1'] }];
const TOLD = [undefined];
const DROPPED = [{ intervals: ['office-hours'] }];

describe('outside of the time intervals of its route', () => {
  test.each([
    ['is held until they open', {}, {}, HELD],
    ['is dropped', {}, { outside: 'drop' }, DROPPED],
    ['is told when it is critical', critical, {}, TOLD],
    ['is told when it is critical and others are dropped', critical, { outside: 'drop' }, TOLD],
    ['is held though it is critical', critical, { holdsCritical: true }, HELD],
    ['is told when it is an end', { status: 'resolved' }, {}, TOLD],
    ['is told when it is an end and others are dropped', { status: 'dismissed' }, { outside: 'drop' }, TOLD],
    ['is told when the interval was deleted', {}, { activeIntervalIds: ['int_gone'] }, TOLD],
  ] as const)('an alert %s', (_, alert, route, expected) => {
    expect(decide(alert, [toChat(route as Partial<Route>)]).outside).toEqual(expected);
  });

  test('a machine that takes everything gets the end a minute after the opening', () => {
    const destinations = [aWebhook({ id: 'dst_1', format: 'pagerduty' })];
    const { outside } = decide({ status: 'resolved' }, [toChat()], { destinations });
    expect(outside).toEqual([
      { intervals: ['office-hours'], until: '2026-01-16T07:01:00.000Z', routes: ['rte_1'] },
    ]);
  });

  test('the trace says by which route, until when and outside of what', () => {
    expect(decide({}, [toChat()]).trace).toMatchObject({
      decision: 'hold',
      because: 'route-matched',
      route: 'chat',
      outside: { intervals: ['office-hours'], until: OPENING },
    });
    expect(decide({}, [toChat({ outside: 'drop' })]).trace?.decision).toBe('drop');
  });
});

test.each([
  [
    'is told by a route that is open',
    [toChat(), toChat({ id: 'rte_2', name: 'all', activeIntervalIds: [] })],
    TOLD,
  ],
  [
    'is held where another route would drop',
    [toChat({ outside: 'drop' }), toChat({ id: 'rte_2' })],
    [{ ...HELD[0], routes: ['rte_2'] }],
  ],
])('a destination of two routes %s', (_, routes, expected) => {
  expect(decide({}, routes).outside).toEqual(expected);
});

test('a route that cannot be read tells at once', () => {
  const { outside, trace } = decide({}, [toChat()], {
    unreadable: {
      routes: [
        { kind: 'route', id: 'rte_9', name: 'odd', problem: '', destinationIds: ['dst_1'], condition: {} },
      ],
      destinations: [],
    },
  });
  expect([outside, trace?.because]).toEqual([TOLD, 'route-unreadable']);
});

test('a system alert, and a destination that no such route leads to, are told', () => {
  const system = { source: { id: 'tocsin', name: 'Tocsin', format: 'system' } };
  expect(decide(system, [toChat()]).outside).toEqual(TOLD);
  const destinations = [aMailingList({ id: 'dst_2' })];
  const other = toChat({ destinationIds: ['dst_2'], activeIntervalIds: [] });
  expect(decide({}, [toChat(), other], { destinations }).outside).toEqual(TOLD);
});

test('what a silence covers is not held', () => {
  const { outside, trace } = decide({ labels: { env: 'dev' } }, [toChat()], {
    silences: [aSilence({ startsAt: '2026-01-15T19:00:00.000Z', endsAt: '2026-01-15T21:00:00.000Z' })],
  });
  expect([outside, trace?.decision]).toEqual([TOLD, 'silence']);
});

test('the same alert is decided in the same way, whatever was asked before', () => {
  const first = decide({}, [toChat()]);
  decide(critical, [toChat({ holdsCritical: true })]);
  expect(decide({}, [toChat()])).toEqual(first);
});

describe('the default route with intervals', () => {
  const byDefault = (given: Partial<Route> = {}) =>
    toChat({ id: 'rte_default', name: 'default', destinationIds: ['all'], ...given });
  const held = [{ ...HELD[0], routes: ['rte_default'] }];

  test.each<[string, Route[], unknown]>([
    ['holds what no other route takes, for every destination', [byDefault()], held],
    ['holds it for those that it names', [byDefault({ destinationIds: ['dst_1'] })], held],
    ['drops it', [byDefault({ outside: 'drop' })], DROPPED],
    ['leaves alone what another route takes', [byDefault(), toChat({ activeIntervalIds: [] })], TOLD],
    ['tells nobody where it leads to nobody', [byDefault({ destinationIds: [] })], []],
    ['tells where its interval is gone', [byDefault({ activeIntervalIds: ['int_gone'] })], TOLD],
  ])('%s', (_, routes, expected) => {
    expect(decide({}, routes).outside).toEqual(expected);
  });

  test('tells what is critical at once, and the trace names it', () => {
    expect(decide(critical, [byDefault()]).outside).toEqual(TOLD);
    expect(decide({}, [byDefault()]).trace).toMatchObject({
      decision: 'hold',
      because: 'default-route',
      route: 'default',
    });
  });
});
