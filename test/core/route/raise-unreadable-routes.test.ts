import { describe, expect, it } from 'vitest';
import type { AcceptedAlerts, RoutedAlert } from '../../../functions/core/model/wire/accepted-alerts.ts';
import { SYSTEM_SOURCE_ID } from '../../../functions/core/model/wire/alert.ts';
import { raiseUnreadableRoutes } from '../../../functions/core/route/raise-unreadable-routes.ts';
import { aRoutedAlert } from '../../adapters/records.ts';

const ROUTE = { kind: 'route' as const, id: 'rte_1', problem: 'x', destinationIds: [], condition: {} };
const because = (reason: RoutedAlert['trace'][number]['because']): RoutedAlert['trace'] => [
  { destination_id: 'dst_1', destination_name: 'one', decision: 'deliver', because: reason },
];

async function raisedFor(routed: RoutedAlert[], routes = [ROUTE]): Promise<AcceptedAlerts[]> {
  const sent: AcceptedAlerts[] = [];
  await raiseUnreadableRoutes(routed, routes, { enqueue: async (accepted) => void sent.push(accepted) });
  return sent;
}

describe('a route that cannot be read', () => {
  it('is told when it sent an alert further, in the hour of that alert', async () => {
    const routed = aRoutedAlert(
      { received_at: '2026-01-15T11:00:00.000Z' },
      { trace: because('route-unreadable') },
    );
    const [message] = await raisedFor([routed], [ROUTE, { ...ROUTE, id: 'rte_2' }]);
    expect(message?.alerts[0]?.details).toMatchObject({ example_title: routed.alert.title });
    expect(message?.alerts.map(({ details, received_at: at }) => [details['id'], at])).toEqual([
      ['rte_1', '2026-01-15T11:00:00.000Z'],
      ['rte_2', '2026-01-15T11:00:00.000Z'],
    ]);
  });

  it('is not told while no alert met it', async () => {
    expect(await raisedFor([aRoutedAlert({}, { trace: because('route-matched') })])).toEqual([]);
  });

  it('is not told for a system alert, which would raise the next one', async () => {
    const source = { id: SYSTEM_SOURCE_ID, name: 'Tocsin', format: 'system' };
    expect(await raisedFor([aRoutedAlert({ source }, { trace: because('route-unreadable') })])).toEqual([]);
  });
});
