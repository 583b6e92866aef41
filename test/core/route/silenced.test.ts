import { expect, test } from 'vitest';
import { routeAlert } from '../../../functions/core/route/route-alert.ts';
import type { Alert } from '../../../functions/core/model/wire/alert.ts';
import { aMailingList, anAlert, aSilence, aWebhook } from '../../adapters/records.ts';

const AT = Date.parse('2026-01-15T15:00:00.000Z');
const dev = (given: Partial<Alert> = {}) => anAlert({ labels: { env: 'dev' }, ...given });
const configuration = {
  routes: [],
  destinations: [
    aWebhook({ id: 'dst_1' }),
    aMailingList({ id: 'dst_2' }),
    aWebhook({ id: 'dst_3', isEnabled: false }),
  ],
  silences: [aSilence()],
  unreadable: { routes: [], destinations: [] },
};

test('what a silence covers is planned with its silence, and the trace says whose it is and why', () => {
  const { deliveries, trace } = routeAlert(dev(), configuration, AT);
  expect(deliveries.map(({ destination_id: id, silence }) => [id, silence])).toEqual([
    ['dst_1', { id: 'sil_1' }],
    ['dst_2', { id: 'sil_1' }],
  ]);
  expect(trace).toMatchObject([
    {
      decision: 'silence',
      because: 'default-route',
      silence: { id: 'sil_1', comment: 'load test', until: aSilence().endsAt },
    },
    { decision: 'silence' },
    { decision: 'skip', because: 'destination-disabled' },
  ]);
});

test.each([
  ['before it starts', dev(), Date.parse('2026-01-15T13:59:59.999Z')],
  ['after its end', dev(), Date.parse('2026-01-15T16:00:00.000Z')],
  ['another alert', dev({ labels: { env: 'prod' } }), AT],
  ['the end of an alert', dev({ status: 'resolved' }), AT],
  ['an alert that was dismissed', dev({ status: 'dismissed' }), AT],
  ['a critical one', dev({ severity: 'critical', severity_id: 5 }), AT],
])('is told: %s', (_, alert, atMs) => {
  const { deliveries } = routeAlert(alert, configuration, atMs);
  expect(deliveries.length).toBeGreaterThan(1);
  expect(deliveries.filter(({ silence }) => silence !== undefined)).toEqual([]);
});

test('a summary goes to its destination alone', () => {
  const summary = anAlert({
    source: { id: 'tocsin', name: 'Tocsin', format: 'system' },
    details: { only_destination_id: 'dst_2' },
  });
  const { trace } = routeAlert(summary, configuration, AT);
  expect(trace.map(({ because }) => because)).toEqual([
    'for-another-destination',
    'system-alert',
    'destination-disabled',
  ]);
});
