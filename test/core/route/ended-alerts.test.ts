import { describe, expect, test } from 'vitest';
import { routeAlert } from '../../../functions/core/route/route-alert.ts';
import { alertOf } from '../ingest/formats/read-payload.ts';
import { anAlert, aRoute, aWebhook } from '../../adapters/records.ts';

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
