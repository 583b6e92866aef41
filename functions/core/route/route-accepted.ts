import type { AcceptedAlerts, RoutedAlert } from '../model/accepted-alerts.ts';
import { isSystemAlert, type Alert } from '../model/alert.ts';
import { firstAttempt, type DeliveryMessage } from '../model/delivery.ts';
import { systemAlert } from '../model/system-alert.ts';
import type { AlertQueue, AlertStore, Clock, DeliveryQueue, RoutingTable } from '../ports.ts';
import { routeAlert } from './route-alert.ts';

export type RoutePorts = {
  routingTable: RoutingTable;
  store: AlertStore;
  deliveries: DeliveryQueue;
  alerts: AlertQueue;
  clock: Clock;
};

/** What the log says of one batch. */
export type RoutedBatch = { routed: RoutedAlert[]; skipped: number; unreadableConfiguration: string[] };

/**
 * Fans accepted alerts out to the delivery queues and stores them with the decision. Running it twice is harmless.
 *
 * The order carries the promise: deliveries are in their queues before the alert is stored, because an alert that
 * is stored counts as routed when its sender repeats itself.
 */
export async function routeAccepted(accepted: AcceptedAlerts[], ports: RoutePorts): Promise<RoutedBatch> {
  const { alerts, skipped } = await withoutStored(accepted, ports.store);
  const configuration = await ports.routingTable.load();
  const nowMs = ports.clock.now();
  const routedAt = new Date(nowMs).toISOString();
  const routed = alerts.map((alert): RoutedAlert => {
    const routing = routeAlert(alert, configuration);
    return {
      alert,
      routing: routing.deliveries.length > 0 ? 'routed' : 'unrouted',
      routed_at: routedAt,
      ...routing,
    };
  });
  await ports.deliveries.enqueue(routed.flatMap(messagesOf));
  const unrouted = routed.filter(({ alert, routing }) => routing === 'unrouted' && !isSystemAlert(alert));
  if (unrouted.length > 0) {
    await raiseUnrouted(unrouted, nowMs, ports.alerts);
  }
  await ports.store.put(routed);
  return { routed, skipped, unreadableConfiguration: configuration.unreadable };
}

/** Alerts of a repeated request that are stored were routed the first time. */
async function withoutStored(
  accepted: AcceptedAlerts[],
  store: AlertStore,
): Promise<{ alerts: Alert[]; skipped: number }> {
  const repeated = accepted
    .filter(({ is_repeat: isRepeat }) => isRepeat === true)
    .flatMap(({ alerts }) => alerts);
  const stored = repeated.length === 0 ? new Set<string>() : await store.stored(repeated.map(({ id }) => id));
  const fresh = new Map<string, Alert>();
  let skipped = 0;
  for (const message of accepted) {
    for (const alert of message.alerts) {
      if (fresh.has(alert.id) || (message.is_repeat === true && stored.has(alert.id))) {
        skipped += 1;
      } else {
        fresh.set(alert.id, alert);
      }
    }
  }
  return { alerts: [...fresh.values()], skipped };
}

function messagesOf({ alert, deliveries, routed_at: routedAt }: RoutedAlert): DeliveryMessage[] {
  return deliveries.map(({ id, destination_id: destinationId, channel, recipient }) =>
    firstAttempt(
      alert,
      { id, destinationId, channel, ...(recipient !== undefined && { recipient }) },
      routedAt,
    ),
  );
}

/** One system alert per source and hour, however many of its alerts went nowhere. */
async function raiseUnrouted(unrouted: RoutedAlert[], nowMs: number, alerts: AlertQueue): Promise<void> {
  const bySource = new Map(unrouted.map(({ alert }) => [alert.source.id, alert]));
  const raised = [...bySource.values()].map((example) =>
    systemAlert({
      type: 'tocsin.unrouted',
      subject: example.source.id,
      severity: 'high',
      title: `Alerts of source ${example.source.name} reach nobody`,
      description: `An alert of type ${example.type} and severity ${example.severity} matched no route and no destination. It is stored, and nobody was told.`,
      steps: [
        'List what reached nobody: tocsin alerts list --state unrouted',
        'See why: tocsin alerts show ALERT_ID',
        'Add a route or a destination, or lower the minimum severity of one',
      ],
      details: {
        source_id: example.source.id,
        source_name: example.source.name,
        example_alert_id: example.id,
      },
      nowMs,
      tenantId: example.tenant_id,
    }),
  );
  await alerts.enqueue({
    schema_version: '1',
    request_id: 'system',
    alerts: raised,
    is_repeat: true,
  });
}
