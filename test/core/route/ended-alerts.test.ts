import { describe, expect, test } from 'vitest';
import { routeAlert } from '../../../functions/core/route/route-alert.ts';
import { alertOf } from '../ingest/formats/read-payload.ts';
import type { Destination } from '../../../functions/core/model/config/destination.ts';
import type { Route } from '../../../functions/core/model/config/route.ts';
import type { Alert } from '../../../functions/core/model/wire/alert.ts';
import { plannedDelivery } from '../../../functions/core/model/wire/delivery.ts';
import { alertFor, nextMessage } from '../../../functions/core/model/wire/next-message.ts';
import { aMailingList, anAlert, aRoute, aRoutedAlert, aWebhook } from '../../adapters/records.ts';

const onCall = aWebhook({ minSeverity: 'critical' });
const forCritical = aRoute({ destinationIds: [onCall.id], condition: { minSeverity: 'critical' } });

describe('an alert that ends without saying its severity', () => {
  test.each<[string, ReturnType<typeof alertOf>]>([
    ['of PagerDuty events', alertOf('pagerduty-events', { event_action: 'resolve', dedup_key: 'k' })],
    ['of the generic format', alertOf('generic', { title: 'a', status: 'resolved', dedup_key: 'k' })],
    [
      'of a mapping',
      alertOf(
        'mapping',
        { t: 'a', s: 'closed' },
        {
          source: {
            mapping: { fields: { title: 't', status: 's' }, severityScale: 'words', resolvedWhen: [] },
          },
        },
      ),
    ],
    [
      'of Alertmanager',
      alertOf('alertmanager', { alerts: [{ status: 'resolved', labels: { alertname: 'A' } }] }),
    ],
    ['that was dismissed', alertOf('generic', { title: 'a', status: 'dismissed' })],
  ])('reaches whoever may have been told that it fired: %s', (_, alert) => {
    expect(alert.is_severity_assumed).toBe(true);
    for (const routes of [[], [forCritical]]) {
      expect(
        routeAlert(alert, { routes, destinations: [onCall], unreadable: { routes: [], destinations: [] } }, 0)
          .deliveries,
      ).toHaveLength(1);
    }
  });

  test('with a severity it is filtered as ever', () => {
    const alert = alertOf('generic', { title: 'a', status: 'resolved', severity: 'low' });
    expect(alert.is_severity_assumed).toBeUndefined();
    expect(
      routeAlert(
        alert,
        { routes: [], destinations: [onCall], unreadable: { routes: [], destinations: [] } },
        0,
      ).deliveries,
    ).toEqual([]);
    expect(
      routeAlert(
        anAlert(),
        {
          routes: [],
          destinations: [onCall],
          unreadable: { routes: [], destinations: [] },
        },
        0,
      ).deliveries,
    ).toEqual([]);
  });
});

describe('an alert that ends with a lower severity than it fired with', () => {
  const low = alertOf('generic', { title: 'a', status: 'resolved', severity: 'low', dedup_key: 'k' });
  const chat = aWebhook({ id: 'dst_chat', format: 'slack', minSeverity: 'critical' });
  const list = aMailingList({ minSeverity: 'critical' });
  const decided = (alert: Alert, destinations: Destination[], routes: Route[] = []) =>
    routeAlert(alert, { routes, destinations, unreadable: { routes: [], destinations: [] } }, 0).trace.map(
      ({ decision, because }) => [decision, because],
    );

  test.each<[string, Destination]>([
    ['a chat', chat],
    ['a mail', list],
    ['a machine that hears what it heard', { ...onCall, resolved: 'if-told' }],
  ])(
    'reaches %s that may have been told of it, past its minimum severity and those of routes',
    (_, destination) => {
      const route = aRoute({ destinationIds: [destination.id], condition: { minSeverity: 'critical' } });
      const matched = aRoute({
        destinationIds: [destination.id],
        condition: { matchers: ['severity=critical', 'title=a'] },
      });
      const open = { ...destination, minSeverity: 'info' } as const;
      const perhaps = [['deliver', 'perhaps-told-before']];
      expect(decided(low, [destination])).toEqual(perhaps);
      expect(decided({ ...low, status: 'dismissed' }, [destination])).toEqual(perhaps);
      expect(decided(low, [destination], [route])).toEqual(perhaps);
      expect(decided(low, [open], [matched])).toEqual([['deliver', 'default-route']]);
      expect(
        decided(low, [open, aWebhook({ id: 'dst_9' })], [matched, aRoute({ destinationIds: ['dst_9'] })]),
      ).toEqual([...perhaps, ['deliver', 'route-matched']]);
    },
  );

  test.each<[string, Alert, Destination, Route[], string]>([
    ['while it fires', { ...low, status: 'firing' }, chat, [], 'below-minimum-severity'],
    ['at a machine that takes every end', low, onCall, [], 'below-minimum-severity'],
    ['where no end is wanted', low, { ...chat, resolved: 'never' }, [], 'below-minimum-severity'],
    ['at one that is disabled', low, { ...chat, isEnabled: false }, [], 'destination-disabled'],
  ])('is filtered %s', (_, alert, destination, routes, because) => {
    expect(decided(alert, [destination], routes)).toEqual([['skip', because]]);
  });

  test('is told without saying that its severity is what it was, however often its message is made', () => {
    const configuration = {
      routes: [],
      destinations: [chat, onCall],
      unreadable: { routes: [], destinations: [] },
    };
    const routed = aRoutedAlert(low, routeAlert(low, configuration, 0));
    const [planned = expect.fail('nothing is planned')] = routed.deliveries;
    expect(nextMessage(routed, plannedDelivery(planned, routed)).alert).toEqual({
      ...low,
      is_severity_assumed: true,
    });
    expect(alertFor(routed, chat.id)).toEqual({ ...low, is_severity_assumed: true });
    expect(alertFor(routed, 'dst_9')).toBe(routed.alert);
  });

  test('stays away where more than its severity differs', () => {
    const other = aRoute({
      destinationIds: [chat.id],
      condition: { matchers: ['severity=critical,title=b'] },
    });
    const rest = aRoute({ destinationIds: ['dst_9'] });
    expect(decided(low, [chat, aWebhook({ id: 'dst_9' })], [other, rest])).toEqual([
      ['skip', 'no-route-matched'],
      ['deliver', 'route-matched'],
    ]);
  });
});
