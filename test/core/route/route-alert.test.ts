import { STORED_ROUTE } from '../../../functions/core/config/stored/route.ts';
import { unreadableConfigAlert } from '../../../functions/core/system-alerts/configuration-unreadable.ts';
import { describe, expect, test } from 'vitest';
import { SYSTEM_SOURCE_ID } from '../../../functions/core/model/wire/alert.ts';
import type { Destination } from '../../../functions/core/model/config/destination.ts';
import { plannedDelivery } from '../../../functions/core/model/wire/delivery.ts';
import { nextMessage } from '../../../functions/core/model/wire/next-message.ts';
import { deliveryId } from '../../../functions/core/model/wire/ids.ts';
import type { Route } from '../../../functions/core/model/config/route.ts';
import {
  type UnreadableDestination,
  type UnreadableRoute,
} from '../../../functions/core/model/config/unreadable-config.ts';
import { routeAlert } from '../../../functions/core/route/route-alert.ts';
import { aMailingList, anAlert, aRoute, aWebhook } from '../../adapters/records.ts';

const hook = aWebhook();
const list = aMailingList({
  recipients: [
    { address: 'Ops@example.com', role: 'it_admin' },
    { address: 'dev@example.com', role: 'developer' },
  ],
});
/** With everything readable. */
const route = (
  alert: Parameters<typeof routeAlert>[0],
  given: { routes: Route[]; destinations: Destination[] },
) => routeAlert(alert, { ...given, unreadable: { routes: [], destinations: [] } }, 0);
const because = (routing: ReturnType<typeof routeAlert>) =>
  routing.trace.map((trace) => [trace.destination_id, trace.decision, trace.because]);

describe('without any other route', () => {
  test('every enabled destination is owed the alert, a mail destination once per recipient', () => {
    const routing = route(anAlert(), { routes: [], destinations: [hook, list] });
    expect(routing.deliveries).toEqual([
      { id: deliveryId('alert-1', 'dst_1'), destination_id: 'dst_1', channel: 'webhook' },
      {
        id: deliveryId('alert-1', 'dst_2', 'Ops@example.com'),
        destination_id: 'dst_2',
        channel: 'email',
        recipient: 'Ops@example.com',
      },
      {
        id: deliveryId('alert-1', 'dst_2', 'dev@example.com'),
        destination_id: 'dst_2',
        channel: 'email',
        recipient: 'dev@example.com',
      },
    ]);
    expect(because(routing)).toEqual([
      ['dst_1', 'deliver', 'default-route'],
      ['dst_2', 'deliver', 'default-route'],
    ]);
  });

  test.each([
    ['is disabled', { isEnabled: false }, 'destination-disabled'],
    ['takes critical ones only', { minSeverity: 'critical' }, 'below-minimum-severity'],
  ] as const)('a destination that %s is skipped, and it is said why', (_, given, reason) => {
    const routing = route(anAlert(), { routes: [], destinations: [aWebhook(given)] });
    expect(routing.deliveries).toEqual([]);
    expect(because(routing)).toEqual([['dst_1', 'skip', reason]]);
  });
});

test('a delivery to a private destination says so, and so does its message, however late it is made', () => {
  const alert = anAlert();
  const destinations = [aWebhook({ isPrivate: true }), aWebhook({ id: 'dst_9', isPrivate: false })];
  const { deliveries, trace } = route(alert, { routes: [], destinations });
  expect(deliveries.map(({ is_private: isPrivate }) => isPrivate)).toEqual([true, undefined]);
  const routed = { alert, routing: 'routed' as const, routed_at: alert.received_at, deliveries, trace };
  const late = deliveries.map((planned) => nextMessage(routed, plannedDelivery(planned, routed)));
  expect(late.map(({ is_private: isPrivate }) => isPrivate)).toEqual([true, undefined]);
});

describe('with routes', () => {
  test('only who is named by one that matches is told, and by which', () => {
    const routing = route(anAlert(), {
      routes: [
        aRoute({ name: 'elsewhere', condition: { types: ['other'] } }),
        aRoute({ name: 'threats', condition: { types: ['threat_*'] } }),
      ],
      destinations: [hook, list],
    });
    expect(routing.deliveries).toMatchObject([{ destination_id: 'dst_1' }]);
    expect(routing.trace).toMatchObject([
      { destination_id: 'dst_1', because: 'route-matched', route: 'threats' },
      { destination_id: 'dst_2', decision: 'skip', because: 'no-route-matched' },
    ]);
  });

  test('two that name the same destination owe it one delivery', () => {
    const routing = route(anAlert(), {
      routes: [aRoute(), aRoute({ id: 'rte_2' })],
      destinations: [hook],
    });
    expect(routing.deliveries).toHaveLength(1);
  });

  test('none that matches sends nothing, and the minimum of a destination still counts', () => {
    const routes = [aRoute()];
    const destinations = [aWebhook({ minSeverity: 'critical' })];
    expect(because(route(anAlert(), { routes, destinations }))).toEqual([
      ['dst_1', 'skip', 'below-minimum-severity'],
    ]);
  });
});

describe('what matches no route', () => {
  const critical = aRoute({ name: 'critical', condition: { minSeverity: 'critical' } });
  const toDefault = (given: Partial<Route>) => aRoute({ id: 'rte_default', name: 'default', ...given });
  const told = (routes: Route[], alert = anAlert()) =>
    because(route(alert, { routes, destinations: [hook, list] }));

  test('goes to every enabled destination until the default route is pointed elsewhere', () => {
    expect(told([critical])).toEqual([
      ['dst_1', 'deliver', 'default-route'],
      ['dst_2', 'deliver', 'default-route'],
    ]);
    expect(told([critical, toDefault({ destinationIds: ['dst_2'] })])).toEqual([
      ['dst_1', 'skip', 'no-route-matched'],
      ['dst_2', 'deliver', 'default-route'],
    ]);
    expect(told([critical, toDefault({ destinationIds: [] })])).toEqual([
      ['dst_1', 'skip', 'no-route-matched'],
      ['dst_2', 'skip', 'no-route-matched'],
    ]);
  });

  test('goes to nobody by default where another route matches', () => {
    const urgent = anAlert({ severity: 'critical' });
    expect(told([critical, toDefault({ destinationIds: ['dst_2'] })], urgent)).toEqual([
      ['dst_1', 'deliver', 'route-matched'],
      ['dst_2', 'skip', 'no-route-matched'],
    ]);
  });

  // The first route that everybody tries: "only critical GitHub alerts to on-call".
  test('goes on as before the first route was made', () => {
    const first = aRoute({ condition: { minSeverity: 'critical', matchers: ['format=github'] } });
    const other = anAlert({ severity: 'critical', source: { id: 'src_9', name: 'falco', format: 'falco' } });
    expect(told([first], other)).toEqual(told([], other));
  });

  test('is never silenced by a default route that is disabled, limited, or names only what is gone', () => {
    for (const given of [
      { isEnabled: false, destinationIds: ['dst_1'] },
      { condition: { minSeverity: 'critical' as const }, destinationIds: ['dst_1'] },
      { destinationIds: ['dst_gone'] },
    ]) {
      expect(told([toDefault(given)])[0]).toEqual(['dst_1', 'deliver', 'default-route']);
    }
  });

  test.each([
    ['is disabled', { isEnabled: false }],
    ['names only destinations that are gone', { destinationIds: ['dst_gone'] }],
    ['cannot hold', { condition: { matchers: ['env=dev'] } }],
  ])('is also what only a route matches that %s', (_, given) => {
    expect(told([aRoute(given)])).toEqual(told([]));
  });
});

describe('a regular expression in the table that is none', () => {
  const config = aRoute({
    name: 'broken',
    condition: { minSeverity: 'high', matchers: ['team=~"("', 'env!=dev', 'host=~"web.*"'] },
  });
  const broken: UnreadableRoute = {
    kind: 'route',
    id: config.id,
    name: config.name,
    problem: STORED_ROUTE.problem(config, '') ?? '',
    ...STORED_ROUTE.seen({ config }, false),
  };
  const toNobody = aRoute({ id: 'rte_default', name: 'default', destinationIds: [] });

  test.each([
    ['everything that it could have matched', {}, 'deliver', 'route-unreadable'],
    ['nothing that its other matchers refuse', { env: 'dev' }, 'skip', 'no-route-matched'],
    ['nothing that its other expressions refuse', { host: 'db' }, 'skip', 'no-route-matched'],
  ])('sends %s to its destinations', (_, labels, decision, reason) => {
    const routing = routeAlert(
      anAlert({ labels: { host: 'web1', ...labels } }),
      { routes: [toNobody], destinations: [hook], unreadable: { routes: [broken], destinations: [] } },
      0,
    );
    expect(because(routing)).toEqual([['dst_1', decision, reason]]);
    expect(broken.problem).toContain('"(" of "team" is no regular expression');
  });
});

describe('a default route that cannot be read', () => {
  const unreadableDefault: UnreadableRoute = {
    kind: 'route',
    id: 'rte_default',
    problem: 'name is missing',
    destinationIds: ['dst_1'],
    condition: {},
  };

  test('leads where it still says, and only what matches no other', () => {
    const decided = (routes: Route[], destinationIds: string[]) =>
      because(
        routeAlert(
          anAlert(),
          {
            routes,
            destinations: [hook, list],
            unreadable: { routes: [{ ...unreadableDefault, destinationIds }], destinations: [] },
          },
          0,
        ),
      ).map(([, decision, reason]) => `${decision} ${reason}`);
    expect(decided([], ['dst_1'])).toEqual(['deliver route-unreadable', 'skip no-route-matched']);
    expect(decided([], [])).toEqual(['deliver route-unreadable', 'deliver route-unreadable']);
    expect(decided([aRoute({ destinationIds: ['dst_2'] })], [])).toEqual([
      'skip no-route-matched',
      'deliver route-matched',
    ]);
  });
});

describe('a system alert', () => {
  const about = (destinationId: string) =>
    anAlert({
      severity: 'info',
      source: { id: SYSTEM_SOURCE_ID, name: 'Tocsin', format: 'system' },
      details: { destination_id: destinationId },
    });

  test('goes to every enabled destination but the one it is about, whatever routes and severities say', () => {
    const routing = route(about('dst_1'), {
      routes: [aRoute({ condition: { minSeverity: 'critical' } })],
      destinations: [
        hook,
        aMailingList({ minSeverity: 'critical' }),
        aWebhook({ id: 'dst_3', isEnabled: false }),
      ],
    });
    expect(because(routing)).toEqual([
      ['dst_1', 'skip', 'concerns-this-destination'],
      ['dst_2', 'deliver', 'system-alert'],
      ['dst_3', 'skip', 'destination-disabled'],
    ]);
  });

  const aboutMail = anAlert({
    source: { id: SYSTEM_SOURCE_ID, name: 'Tocsin', format: 'system' },
    details: { mail_service: 'ses' },
  });

  test('about the mail service goes round it', () => {
    const destinations = [hook, list, aMailingList({ id: 'dst_3', isEnabled: false })];
    expect(because(route(aboutMail, { routes: [], destinations }))).toEqual([
      ['dst_1', 'deliver', 'system-alert'],
      ['dst_2', 'skip', 'concerns-this-destination'],
      ['dst_3', 'skip', 'destination-disabled'],
    ]);
  });

  test('about the mail service goes through a mail server that is not SES', () => {
    const transport = {
      type: 'smtp',
      host: 'smtp.example.com',
      port: 587,
      security: 'starttls',
      user: 'u',
      from: 'a@example.com',
    } as const;
    const destinations = [list, aMailingList({ id: 'dst_3', transport })];
    expect(because(route(aboutMail, { routes: [], destinations }))).toEqual([
      ['dst_2', 'skip', 'concerns-this-destination'],
      ['dst_3', 'deliver', 'system-alert'],
    ]);
  });

  test('about the mail service goes by mail when there is no other way', () => {
    const destinations = [aWebhook({ isEnabled: false }), list];
    expect(because(route(aboutMail, { routes: [], destinations }))).toEqual([
      ['dst_1', 'skip', 'destination-disabled'],
      ['dst_2', 'deliver', 'system-alert'],
    ]);
  });
});

test('deciding twice gives the same deliveries, and another alert other ones', () => {
  const configuration = { routes: [], destinations: [hook, list] };
  const ids = (alert = anAlert()) => route(alert, configuration).deliveries.map(({ id }) => id);
  expect(ids()).toEqual(ids());
  expect(new Set([...ids(), ...ids(anAlert({ id: 'alert-2' }))]).size).toBe(6);
});

describe('configuration that cannot be read', () => {
  const damagedHook: UnreadableDestination = {
    kind: 'destination',
    id: 'dst_x',
    name: 'siem',
    problem: 'auth.type is "oauth"',
    channel: 'webhook',
    recipients: [],
    isDisabled: false,
  };
  const damagedRoute: UnreadableRoute = {
    kind: 'route',
    id: 'rte_x',
    name: 'urgent',
    problem: 'name is missing',
    destinationIds: ['dst_1'],
    condition: {},
  };
  const decide = (
    given: Partial<{
      routes: Route[];
      destinations: Destination[];
      badRoutes: UnreadableRoute[];
      badDestinations: UnreadableDestination[];
    }>,
    alert = anAlert(),
  ) =>
    routeAlert(
      alert,
      {
        routes: given.routes ?? [],
        destinations: given.destinations ?? [hook, list],
        unreadable: { routes: given.badRoutes ?? [], destinations: given.badDestinations ?? [] },
      },
      0,
    );

  test('of a destination is a planned delivery, under the id that it has when it is mended', () => {
    const routing = decide({ badDestinations: [damagedHook] });
    expect(routing.deliveries.at(-1)).toEqual({
      id: deliveryId('alert-1', 'dst_x'),
      destination_id: 'dst_x',
      channel: 'webhook',
    });
    expect(routing.trace.at(-1)).toEqual({
      destination_id: 'dst_x',
      destination_name: 'siem',
      decision: 'deliver',
      because: 'configuration-unreadable',
      route: 'default',
    });
  });

  test('of a mail destination plans one for each recipient that can be read, else one for all', () => {
    const mails = { ...damagedHook, channel: 'email' } as const;
    const each = decide({ badDestinations: [{ ...mails, recipients: ['a@b.example', 'c@d.example'] }] });
    expect(each.deliveries.slice(-2)).toEqual(
      ['a@b.example', 'c@d.example'].map((recipient) => ({
        id: deliveryId('alert-1', 'dst_x', recipient),
        destination_id: 'dst_x',
        channel: 'email',
        recipient,
      })),
    );
    expect(decide({ badDestinations: [mails] }).deliveries.at(-1)).toEqual({
      id: deliveryId('alert-1', 'dst_x'),
      destination_id: 'dst_x',
      channel: 'email',
    });
  });

  test.each([
    ['is switched off', { isDisabled: true }, 'destination-disabled'],
    ['takes less', { minSeverity: 'critical' }, 'below-minimum-severity'],
  ] as const)('of a destination that %s leaves it out as ever', (_, given, reason) => {
    expect(because(decide({ badDestinations: [{ ...damagedHook, ...given }] })).at(-1)).toEqual([
      'dst_x',
      'skip',
      reason,
    ]);
  });

  test('of a destination is not planned for where no route leads to it', () => {
    const routes = [aRoute({ destinationIds: ['dst_1'] })];
    expect(because(decide({ routes, badDestinations: [damagedHook] })).at(-1)).toEqual([
      'dst_x',
      'skip',
      'no-route-matched',
    ]);
  });

  test('of the only route tells whom it names; it may not have matched, so the default route applies too', () => {
    expect(because(decide({ badRoutes: [damagedRoute] }))).toEqual([
      ['dst_1', 'deliver', 'route-unreadable'],
      ['dst_2', 'deliver', 'default-route'],
    ]);
    const toNobody = aRoute({ id: 'rte_default', name: 'default', destinationIds: [] });
    expect(because(decide({ routes: [toNobody], badRoutes: [damagedRoute] }))).toEqual([
      ['dst_1', 'deliver', 'route-unreadable'],
      ['dst_2', 'skip', 'no-route-matched'],
    ]);
  });

  test.each([
    ['names nobody', []],
    ['names only what is there no more', ['dst_gone']],
  ])('of a route that %s tells everybody rather than nobody', (_, destinationIds) => {
    const routes = [aRoute({ id: 'rte_default', name: 'default', destinationIds: [] })];
    expect(because(decide({ routes, badRoutes: [{ ...damagedRoute, destinationIds }] }))).toEqual([
      ['dst_1', 'deliver', 'route-unreadable'],
      ['dst_2', 'deliver', 'route-unreadable'],
    ]);
  });

  test('of a route counts as far as its conditions can be read', () => {
    const only = { ...damagedRoute, condition: { sourceIds: ['src_2'] } };
    const routes = [aRoute({ id: 'rte_default', name: 'default', destinationIds: ['dst_2'] })];
    expect(because(decide({ routes, badRoutes: [only] }))).toEqual([
      ['dst_1', 'skip', 'no-route-matched'],
      ['dst_2', 'deliver', 'default-route'],
    ]);
  });

  test('of one route leaves the others to decide', () => {
    const routes = [aRoute({ name: 'mails', destinationIds: ['dst_2'] })];
    expect(because(decide({ routes, badRoutes: [damagedRoute] }))).toEqual([
      ['dst_1', 'deliver', 'route-unreadable'],
      ['dst_2', 'deliver', 'route-matched'],
    ]);
  });

  test('is told to the others as a system alert, and not to the destination itself', () => {
    const told = unreadableConfigAlert(damagedHook, 0, 'Tocsin');
    expect(because(decide({ badDestinations: [damagedHook], badRoutes: [damagedRoute] }, told))).toEqual([
      ['dst_1', 'deliver', 'system-alert'],
      ['dst_2', 'deliver', 'system-alert'],
      ['dst_x', 'skip', 'concerns-this-destination'],
    ]);
  });
});
