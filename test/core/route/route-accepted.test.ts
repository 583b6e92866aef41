import { describe, expect, test } from 'vitest';
import type { AcceptedAlerts, RoutedAlert } from '../../../functions/core/model/accepted-alerts.ts';
import { SYSTEM_SOURCE_ID, type Alert } from '../../../functions/core/model/alert.ts';
import type { DeliveryMessage } from '../../../functions/core/model/delivery.ts';
import type { Destination } from '../../../functions/core/model/destination.ts';
import { routeAccepted } from '../../../functions/core/route/route-accepted.ts';
import { aMailingList, anAlert, aWebhook } from '../../adapters/records.ts';

const NOW = '2026-01-15T15:00:00.000Z';

function aRouter(destinations: Destination[] = [aWebhook(), aMailingList()], unreadable: string[] = []) {
  const calls: string[] = [];
  const broken = new Set<string>();
  const stored = new Map<string, RoutedAlert>();
  const sent: DeliveryMessage[] = [];
  const raised: Alert[] = [];
  const told = (name: string) => {
    calls.push(name);
    if (broken.has(name)) throw new Error(`${name} is down`);
  };
  const route = async (...accepted: AcceptedAlerts[]) =>
    routeAccepted(accepted, {
      routingTable: { load: async () => ({ routes: [], destinations, unreadable }) },
      store: {
        stored: async (ids) => new Set(ids.filter((id) => stored.has(id))),
        put: async (alerts) => {
          told('store');
          for (const routed of alerts) stored.set(routed.alert.id, routed);
        },
      },
      deliveries: {
        enqueue: async (messages) => {
          told('deliveries');
          sent.push(...messages);
        },
      },
      alerts: {
        enqueue: async ({ alerts }) => {
          told('alerts');
          raised.push(...alerts);
        },
      },
      clock: { now: () => Date.parse(NOW) },
    });
  return { route, calls, broken, stored, sent, raised };
}

const accepted = (...ids: string[]): AcceptedAlerts => ({
  schema_version: '1',
  request_id: 'request-1',
  alerts: ids.map((id) => anAlert({ id })),
});

describe('routing', () => {
  test('sends every first attempt and then stores the alert with the decision', async () => {
    const router = aRouter();
    await router.route(accepted('a', 'b'), accepted('c'));
    expect(router.calls).toEqual(['deliveries', 'store']);
    expect(router.sent).toHaveLength(6);
    expect(router.sent[0]).toMatchObject({
      alert_id: 'a',
      attempt: 1,
      round: 1,
      first_attempt: 1,
      created_at: NOW,
    });
    expect(router.stored.get('c')).toMatchObject({ routing: 'routed', routed_at: NOW });
    expect(router.stored.get('c')?.trace).toHaveLength(2);
  });

  test('twice sends the same deliveries again: the claim takes each once', async () => {
    const router = aRouter();
    await router.route(accepted('a'));
    await router.route(accepted('a'));
    expect(router.sent.slice(2)).toEqual(router.sent.slice(0, 2));
  });

  test('of a repeated request takes what is not stored yet', async () => {
    const router = aRouter();
    await router.route(accepted('a'));
    const batch = await router.route({ ...accepted('a', 'b'), is_repeat: true });
    expect(batch).toMatchObject({ skipped: 1, routed: [{ alert: { id: 'b' } }] });
  });

  test('of an alert that is there twice takes it once', async () => {
    const router = aRouter();
    expect(await router.route(accepted('a', 'a'), accepted('a'))).toMatchObject({ skipped: 2 });
    expect(router.sent).toHaveLength(2);
  });

  test.each(['deliveries', 'store', 'alerts'])(
    'stores nothing when %s fails before, and throws',
    async (call) => {
      const router = aRouter(call === 'alerts' ? [] : [aWebhook()]);
      router.broken.add(call);
      await expect(router.route(accepted('a'))).rejects.toThrow(`${call} is down`);
      expect(router.stored.size).toBe(0);
    },
  );

  test('goes on beside configuration that cannot be read, and says so', async () => {
    const router = aRouter([aWebhook()], ['route "rte_9" cannot be read']);
    expect(await router.route(accepted('a'))).toMatchObject({
      unreadableConfiguration: ['route "rte_9" cannot be read'],
    });
    expect(router.sent).toHaveLength(1);
  });
});

describe('an alert that reaches nobody', () => {
  test('is stored as unrouted, and one system alert per source says so first', async () => {
    const router = aRouter([aWebhook({ isEnabled: false })]);
    await router.route(accepted('a', 'b'));
    expect(router.calls).toEqual(['deliveries', 'alerts', 'store']);
    expect(router.raised).toMatchObject([
      { type: 'tocsin.unrouted', details: { source_id: 'src_1' }, source: { id: SYSTEM_SOURCE_ID } },
    ]);
    expect(router.stored.get('a')).toMatchObject({ routing: 'unrouted', deliveries: [] });
  });

  test('raises nothing when it is a system alert itself: no loops', async () => {
    const router = aRouter([]);
    const alert = anAlert({ source: { id: SYSTEM_SOURCE_ID, name: 'Tocsin', format: 'system' } });
    await router.route({ schema_version: '1', request_id: 'system', alerts: [alert], is_repeat: true });
    expect(router.raised).toEqual([]);
    expect(router.stored.get('alert-1')).toMatchObject({ routing: 'unrouted' });
  });
});
