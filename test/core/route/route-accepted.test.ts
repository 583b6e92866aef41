import { describe, expect, test } from 'vitest';
import type { AcceptedAlerts, RoutedAlert } from '../../../functions/core/model/wire/accepted-alerts.ts';
import { SYSTEM_SOURCE_ID, type Alert } from '../../../functions/core/model/wire/alert.ts';
import type { DeliveryMessage } from '../../../functions/core/model/wire/delivery.ts';
import type { Destination } from '../../../functions/core/model/config/destination.ts';
import type { UnreadableRoute } from '../../../functions/core/model/config/unreadable-config.ts';
import {
  routeAccepted,
  type ReceivedAlerts,
  type RoutePorts,
} from '../../../functions/core/route/route-accepted.ts';
import { aMailingList, anAlert, aWebhook } from '../../adapters/records.ts';

const NOW = '2026-01-15T15:00:00.000Z';

function aRouter(
  destinations: Destination[] = [aWebhook(), aMailingList()],
  unreadable: UnreadableRoute[] = [],
) {
  const calls: string[] = [];
  const broken = new Set<string>();
  const poison = new Set<string>();
  const stored = new Map<string, RoutedAlert>();
  const sent: DeliveryMessage[] = [];
  const raised: Alert[] = [];
  const watched: string[] = [];
  const told = (name: string) => {
    calls.push(name);
    if (broken.has(name)) throw new Error(`${name} is down`);
  };
  const firsts = new Map<string, Alert>();
  const ports: RoutePorts = {
    routingTable: {
      load: async () => ({ routes: [], destinations, unreadable: { routes: unreadable, destinations: [] } }),
    },
    store: {
      stored: async (ids) => new Set(ids.filter((id) => stored.has(id))),
      put: async (alerts) => {
        told('store');
        for (const routed of alerts) stored.set(routed.alert.id, routed);
      },
    },
    systemAlerts: {
      firstOf: async (alert) => {
        const first = firsts.get(alert.id) ?? alert;
        firsts.set(alert.id, first);
        return first;
      },
      watch: async (deliveries) => {
        told('watch');
        watched.push(...deliveries.map(({ id }) => id));
      },
    },
    deliveries: {
      enqueue: async (messages) => {
        told('deliveries');
        if (messages.some((message) => poison.has(message.alert_id))) throw new Error('it fits no message');
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
  };
  const receive = async (received: ReceivedAlerts[], hasTime = () => true) =>
    routeAccepted(received, hasTime, ports);
  const route = async (...accepted: AcceptedAlerts[]) => receive(accepted.map((one) => aReceived(one)));
  return { route, receive, calls, broken, stored, sent, raised, watched, poison };
}

const accepted = (...ids: string[]): AcceptedAlerts => ({
  schema_version: '1',
  request_id: 'request-1',
  alerts: ids.map((id) => anAlert({ id })),
});

const aReceived = (one: AcceptedAlerts, given: Partial<ReceivedAlerts> = {}): ReceivedAlerts => ({
  messageId: `message of ${one.alerts[0]?.id ?? 'nothing'}`,
  accepted: one,
  receives: 1,
  isRepeat: one.is_repeat === true,
  ...given,
});
const many = (count: number, prefix = 'alert') =>
  accepted(...Array.from({ length: count }, (_, index) => `${prefix}-${String(index)}`));

describe('routing', () => {
  test('sends every first attempt and then stores the alert with the decision', async () => {
    const router = aRouter();
    await router.route(accepted('a', 'b'), accepted('c'));
    expect(router.calls).toEqual(['deliveries', 'store']);
    expect(router.sent).toHaveLength(6);
    expect(router.sent[0]).toMatchObject({
      alert_id: 'c',
      attempt: 1,
      round: 1,
      first_attempt: 1,
      created_at: anAlert().received_at,
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
    'stores nothing when %s fails before, and the message comes back',
    async (call) => {
      const router = aRouter(call === 'alerts' ? [] : [aWebhook()]);
      router.broken.add(call);
      const batch = await router.route(accepted('a'));
      expect(batch).toMatchObject({
        routed: [],
        failures: [new Error(`${call} is down`)],
        unfinishedMessageIds: ['message of a'],
      });
      expect(router.stored.size).toBe(0);
    },
  );

  test('goes on beside configuration that cannot be read, and says so', async () => {
    const damaged: UnreadableRoute = {
      kind: 'route',
      id: 'rte_9',
      problem: 'name is missing',
      destinationIds: ['dst_1'],
      condition: {},
    };
    const router = aRouter([aWebhook()], [damaged]);
    expect(await router.route(accepted('a', 'b'))).toMatchObject({
      unreadableConfiguration: ['route "rte_9" cannot be read: name is missing'],
    });
    expect(router.sent).toHaveLength(2);
    expect(router.raised).toMatchObject([
      {
        type: 'tocsin.configuration-unreadable',
        severity: 'critical',
        details: { kind: 'route', id: 'rte_9' },
      },
    ]);
    // What it raised passes here as well: were it to raise again, it would never end.
    const own = router.raised.map(({ id }) => id);
    await router.route({ schema_version: '1', request_id: 'system', alerts: router.raised, is_repeat: true });
    expect(router.raised.map(({ id }) => id)).toEqual(own);
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

describe('a batch that is more than one slice', () => {
  test('is routed slice by slice: the deliveries of one, its alerts, then the next', async () => {
    const router = aRouter();
    await router.route(many(250));
    expect(router.calls).toEqual(['deliveries', 'store', 'deliveries', 'store', 'deliveries', 'store']);
    expect(router.stored.size).toBe(250);
  });

  test('counts deliveries, not only alerts', async () => {
    const router = aRouter(
      Array.from({ length: 50 }, (_, index) => aWebhook({ id: `dst_${String(index)}` })),
    );
    await router.route(many(25));
    expect(router.calls).toEqual(Array.from({ length: 3 }, () => ['deliveries', 'store']).flat());
  });

  test('has less to do at the second receive: what is stored is done', async () => {
    const router = aRouter([aWebhook()]);
    let slices = 0;
    const first = await router.receive([aReceived(many(250))], () => (slices += 1) < 2);
    expect(first).toMatchObject({ failures: [], unfinishedMessageIds: ['message of alert-0'] });
    expect(router.stored.size).toBe(200);
    const second = await router.receive([aReceived(many(250), { receives: 2, isRepeat: true })]);
    expect(second).toMatchObject({ skipped: 200, unfinishedMessageIds: [] });
    expect(router.sent).toHaveLength(250);
  });

  test('makes progress however little time there is', async () => {
    const router = aRouter([aWebhook()]);
    await router.receive([aReceived(many(250))], () => false);
    expect(router.stored.size).toBe(100);
  });

  test('begins with what was received most often, then with what is small', async () => {
    const router = aRouter([aWebhook()]);
    await router.receive([
      aReceived(many(100, 'large')),
      aReceived(accepted('small')),
      aReceived(many(2, 'again'), { receives: 2, isRepeat: true }),
    ]);
    expect(router.sent.slice(0, 4).map((message) => message.alert_id)).toEqual([
      'again-0',
      'again-1',
      'small',
      'large-0',
    ]);
  });
});

describe('an alert that cannot be routed', () => {
  test('takes nobody with it: at the second receive the others are done, and it comes back alone', async () => {
    const router = aRouter([aWebhook()]);
    router.poison.add('b-7');
    const batch = [accepted('a'), many(25, 'b'), accepted('c')];
    const first = await router.receive(batch.map((one) => aReceived(one)));
    expect(first.unfinishedMessageIds).toHaveLength(3);
    const again = { receives: 2, isRepeat: true };
    const second = await router.receive(batch.map((one) => aReceived(one, again)));
    expect(second.unfinishedMessageIds).toEqual(['message of b-0']);
    expect(router.stored.size).toBe(26);
    expect(router.stored.has('b-7')).toBe(false);
  });

  test('is told from an outage, in which nothing is tried for ever', async () => {
    const router = aRouter([aWebhook()]);
    router.broken.add('deliveries');
    const batch = await router.receive([aReceived(many(2_000), { receives: 2, isRepeat: true })]);
    expect(batch.failures).toHaveLength(20);
    expect(router.calls).toHaveLength(20);
  });
});

test('a system alert is the one that was met first, whatever example the next one has', async () => {
  const router = aRouter([aWebhook()]);
  const system = { id: 'tocsin', name: 'Tocsin', format: 'system' };
  const of = (title: string): AcceptedAlerts => ({
    schema_version: '1',
    request_id: 'system',
    alerts: [anAlert({ id: 's', source: system, title, received_at: `2026-01-15T14:0${title}:00.000Z` })],
    is_repeat: true,
  });
  router.broken.add('store');
  await router.route(of('1'));
  await router.route(of('2'));
  expect(router.sent).toHaveLength(2);
  expect(router.sent[1]).toEqual(router.sent[0]);
});

describe('the deliveries of a system alert', () => {
  const system = (id: string): AcceptedAlerts => ({
    schema_version: '1',
    request_id: 'system',
    alerts: [anAlert({ id, source: { id: SYSTEM_SOURCE_ID, name: 'Tocsin', format: 'system' } })],
  });

  test('are watched, because no request stands behind them; those of other alerts are not', async () => {
    const router = aRouter();
    await router.route(system('s'), accepted('a'));
    const planned = (id: string) => router.stored.get(id)?.deliveries.map((delivery) => delivery.id) ?? [];
    expect(planned('a')).not.toEqual([]);
    expect(router.watched).toEqual(planned('s'));
  });

  test('are watched before the alert is stored: one that is stored is not routed again', async () => {
    const router = aRouter();
    router.broken.add('watch');
    const batch = await router.receive([aReceived(system('s'))]);
    expect(batch.unfinishedMessageIds).toEqual(['message of s']);
    expect(router.stored.size).toBe(0);
  });
});
