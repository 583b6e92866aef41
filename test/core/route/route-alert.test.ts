import { describe, expect, test } from 'vitest';
import { SYSTEM_SOURCE_ID } from '../../../functions/core/model/alert.ts';
import { deliveryId } from '../../../functions/core/model/ids.ts';
import { routeAlert } from '../../../functions/core/route/route-alert.ts';
import { aMailingList, anAlert, aRoute, aWebhook } from '../../adapters/records.ts';

const hook = aWebhook();
const list = aMailingList({
  recipients: [
    { address: 'Ops@example.com', role: 'it_admin' },
    { address: 'dev@example.com', role: 'developer' },
  ],
});
const because = (routing: ReturnType<typeof routeAlert>) =>
  routing.trace.map((trace) => [trace.destination_id, trace.decision, trace.because]);

describe('without any route', () => {
  test('every enabled destination is owed the alert, a mail destination once per recipient', () => {
    const routing = routeAlert(anAlert(), { routes: [], destinations: [hook, list] });
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
      ['dst_1', 'deliver', 'no-routes-configured'],
      ['dst_2', 'deliver', 'no-routes-configured'],
    ]);
  });

  test.each([
    ['is disabled', { isEnabled: false }, 'destination-disabled'],
    ['takes critical ones only', { minSeverity: 'critical' }, 'below-minimum-severity'],
  ] as const)('a destination that %s is skipped, and it is said why', (_, given, reason) => {
    const routing = routeAlert(anAlert(), { routes: [], destinations: [aWebhook(given)] });
    expect(routing.deliveries).toEqual([]);
    expect(because(routing)).toEqual([['dst_1', 'skip', reason]]);
  });
});

describe('with routes', () => {
  test('only who is named by one that matches is told, and by which', () => {
    const routing = routeAlert(anAlert(), {
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
    const routing = routeAlert(anAlert(), {
      routes: [aRoute(), aRoute({ id: 'rte_2' })],
      destinations: [hook],
    });
    expect(routing.deliveries).toHaveLength(1);
  });

  test('none that matches sends nothing, and the minimum of a destination still counts', () => {
    const routes = [aRoute()];
    const destinations = [aWebhook({ minSeverity: 'critical' })];
    expect(because(routeAlert(anAlert(), { routes, destinations }))).toEqual([
      ['dst_1', 'skip', 'below-minimum-severity'],
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
    const routing = routeAlert(about('dst_1'), {
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
    expect(because(routeAlert(aboutMail, { routes: [], destinations }))).toEqual([
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
    expect(because(routeAlert(aboutMail, { routes: [], destinations }))).toEqual([
      ['dst_2', 'skip', 'concerns-this-destination'],
      ['dst_3', 'deliver', 'system-alert'],
    ]);
  });

  test('about the mail service goes by mail when there is no other way', () => {
    const destinations = [aWebhook({ isEnabled: false }), list];
    expect(because(routeAlert(aboutMail, { routes: [], destinations }))).toEqual([
      ['dst_1', 'skip', 'destination-disabled'],
      ['dst_2', 'deliver', 'system-alert'],
    ]);
  });
});

test('deciding twice gives the same deliveries, and another alert other ones', () => {
  const configuration = { routes: [], destinations: [hook, list] };
  const ids = (alert = anAlert()) => routeAlert(alert, configuration).deliveries.map(({ id }) => id);
  expect(ids()).toEqual(ids());
  expect(new Set([...ids(), ...ids(anAlert({ id: 'alert-2' }))]).size).toBe(6);
});
