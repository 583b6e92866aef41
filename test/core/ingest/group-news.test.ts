import { describe, expect, it } from 'vitest';
import { ingestAlerts } from '../../../functions/core/ingest/ingest-alerts.ts';
import { routeAccepted, type RoutePorts } from '../../../functions/core/route/route-accepted.ts';
import { aWebhook } from '../../adapters/records.ts';
import { aRequest, aSource, inMemoryPorts, NOW_MS } from './a-request.ts';
import type { RoutedAlert } from '../../../functions/core/model/wire/accepted-alerts.ts';
import type { DeliveryMessage } from '../../../functions/core/model/wire/delivery.ts';

const MINUTE = 60_000;
const STARTED = new Date(NOW_MS - MINUTE).toISOString();

const member = (fingerprint: string, more: object = {}) => ({
  status: 'firing',
  labels: { alertname: 'A', instance: fingerprint, severity: 'high' },
  annotations: { summary: `A on ${fingerprint}` },
  startsAt: STARTED,
  endsAt: '0001-01-01T00:00:00Z',
  fingerprint,
  ...more,
});

/** A gateway whose ingest and router work on one queue and one store; the sender repeats itself as Alertmanager does. */
function aGateway(format: 'alertmanager' | 'grafana') {
  const { ports, enqueued, clock } = inMemoryPorts({ sources: [aSource({ format })] });
  const stored = new Map<string, RoutedAlert>();
  const sent: DeliveryMessage[] = [];
  let routed = 0;
  const router: RoutePorts = {
    routingTable: {
      load: async () => ({
        routes: [],
        destinations: [aWebhook()],
        unreadable: { routes: [], destinations: [] },
      }),
    },
    store: {
      stored: async (ids) => new Set(ids.filter((id) => stored.has(id))),
      put: async (alerts) => {
        for (const alert of alerts) stored.set(alert.alert.id, alert);
      },
    },
    deliveries: {
      enqueue: async (messages) => {
        sent.push(...messages);
      },
    },
    systemAlerts: { firstOf: async (alert) => alert, watch: async () => {} },
    alerts: { enqueue: async () => {} },
    clock,
  };
  return {
    clock,
    send: async (...alerts: object[]) => {
      const answer = await ingestAlerts(
        aRequest({ body: { version: '4', status: 'firing', groupKey: 'g', receiver: 'r', alerts } }),
        ports,
      );
      const before = sent.length;
      const received = enqueued.slice(routed).map((accepted, index) => ({
        messageId: `message ${String(index)}`,
        accepted,
        receives: 1,
        isRepeat: accepted.is_repeat === true,
      }));
      routed = enqueued.length;
      await routeAccepted(received, () => true, router);
      const told = sent.slice(before).map(({ alert }) => `${alert.status} ${alert.title}`);
      return { answer, told: told.sort((left, right) => left.localeCompare(right)) };
    },
  };
}

describe.each(['alertmanager', 'grafana'] as const)('a group of %s', (format) => {
  it('that comes again because one member changed tells that member', async () => {
    const { send, clock } = aGateway(format);
    expect((await send(member('a'), member('b'))).told).toEqual(['firing A on a', 'firing A on b']);
    clock.nowMs += 5 * MINUTE;
    const over = member('b', { status: 'resolved', endsAt: new Date(clock.nowMs).toISOString() });
    expect((await send(member('a'), over)).told).toEqual(['resolved A on b']);
    clock.nowMs += 5 * MINUTE;
    expect((await send(member('a'), member('c'))).told).toEqual(['firing A on c']);
  });

  it('whose texts and values changed tells nothing new', async () => {
    const { send, clock } = aGateway(format);
    await send(member('a'));
    clock.nowMs += 5 * MINUTE;
    expect((await send(member('a', { annotations: { summary: '91 %' }, values: { A: 91 } }))).told).toEqual(
      [],
    );
  });

  it('that comes again unchanged at once is a repetition', async () => {
    const { send } = aGateway(format);
    await send(member('a'));
    expect((await send(member('a'))).answer).toMatchObject({ accepted: 0, duplicates: 1 });
  });

  it('that comes again unchanged after hours is one more of the same story, under the same key', async () => {
    const { send, clock } = aGateway(format);
    const first = await send(member('a'));
    clock.nowMs += 240 * MINUTE;
    const again = await send(member('a'));
    expect(again.answer).toMatchObject({ accepted: 1, duplicates: 0 });
    expect(again.told).toEqual(first.told);
  });

  it('what starts again after its end is news', async () => {
    const { send, clock } = aGateway(format);
    await send(member('a'));
    clock.nowMs += 5 * MINUTE;
    await send(member('a', { status: 'resolved', endsAt: new Date(clock.nowMs).toISOString() }));
    clock.nowMs += 5 * MINUTE;
    expect((await send(member('a', { startsAt: new Date(clock.nowMs).toISOString() }))).told).toEqual([
      'firing A on a',
    ]);
  });
});
