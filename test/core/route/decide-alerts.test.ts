import { expect, test } from 'vitest';
import { decided } from '../../../functions/core/route/decide-alerts.ts';
import type { Alert } from '../../../functions/core/model/wire/alert.ts';
import { anAlert, aRoute, aWebhook } from '../../adapters/records.ts';

const configuration = {
  routes: [aRoute({ destinationIds: ['dst_1'], condition: { matchers: ['env!=dev'] } })],
  destinations: [aWebhook({ id: 'dst_1' })],
  unreadable: { routes: [], destinations: [] },
};
const received = (alert: Alert) => ({ alert, proof: { request_id: 'r' } });
const NOW_MS = Date.parse('2026-01-15T15:00:00.000Z');

test('a decision says when it was made, of which request, and who is told', () => {
  const { routed, undecided } = decided([received(anAlert({ id: 'a' }))], configuration, NOW_MS);
  expect(undecided).toEqual([]);
  expect(routed).toMatchObject([
    {
      alert: { id: 'a' },
      request_id: 'r',
      routing: 'routed',
      routed_at: '2026-01-15T15:00:00.000Z',
      deliveries: [{ destination_id: 'dst_1' }],
    },
  ]);
});

test('an alert that cannot be decided keeps no other from its way, and its error is kept', () => {
  const broken = { ...anAlert({ id: 'b' }), labels: null } as unknown as Alert;
  const all = [anAlert({ id: 'a' }), broken, anAlert({ id: 'c' })].map(received);
  const { routed, undecided } = decided(all, configuration, NOW_MS);
  expect(routed.map(({ alert }) => alert.id)).toEqual(['a', 'c']);
  expect(undecided).toEqual([expect.any(Error)]);
});
