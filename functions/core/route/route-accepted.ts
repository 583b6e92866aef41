import { boundedMap, CALLS_AT_ONCE } from '../bounded-map.ts';
import type { AcceptedAlerts, RoutedAlert } from '../model/wire/accepted-alerts.ts';
import { isCanary, isSystemAlert, type Alert } from '../model/wire/alert.ts';
import { firstAttempt, type DeliveryMessage } from '../model/wire/delivery.ts';
import { describeUnreadable } from '../model/config/unreadable-config.ts';
import { sheetPlaceOf } from '../model/wire/ids.ts';
import { alertFor } from '../model/wire/next-message.ts';
import type { AlertQueue } from '../ingest/ports.ts';
import type { AlertStore, DeliveryQueue, RoutingTable, SystemAlertLog } from './ports.ts';
import type { Clock } from '../world.ts';
import { type AlertWithProof, decided } from './decide-alerts.ts';
import { raiseUnreadableRoutes } from './raise-unreadable-routes.ts';
import { raised } from '../system-alerts/raise.ts';
import { unroutedAlerts } from '../system-alerts/unrouted.ts';
import { slicesOf } from './slices.ts';

export type RoutePorts = {
  routingTable: RoutingTable;
  store: AlertStore;
  systemAlerts: SystemAlertLog;
  deliveries: DeliveryQueue;
  alerts: AlertQueue;
  clock: Clock;
};

/** A message of accepted alerts, and what the queue says of it. */
export type ReceivedAlerts = {
  messageId: string;
  accepted: AcceptedAlerts;
  /** How often the queue has shown this message, this time included. */
  receives: number;
  /** Some of its alerts may be stored: the sender repeated itself, or an earlier receive came that far. */
  isRepeat: boolean;
};

/** The result of one batch. */
type RoutedBatch = {
  routed: RoutedAlert[];
  skipped: number;
  unreadableConfiguration: string[];
  failures: unknown[];
  /** Messages that are not done: they come back, and find stored what was done. */
  unfinishedMessageIds: string[];
};

/** So many failures are an outage, and the rest comes back later. One alert among a hundred that always fails makes 7. */
const MAX_FAILURES = 20;

/** An alert that is to be routed, with what is known of the request that brought it. */
type Fresh = AlertWithProof & {
  receives: number;
  /** Whether all of its sheet is here, and nothing of it is stored. */
  isWithSheet: boolean;
};
type Slice = { alerts: RoutedAlert[]; isRepeat: boolean; isAll: boolean };

/**
 * Fans accepted alerts out to the delivery queues and stores them with the decision, slice by slice. Running it twice
 * is harmless, and the second time there is less to do: what is stored is skipped.
 *
 * The order carries the promise: the deliveries of a slice are in their queues before its alerts are stored, because
 * an alert that is stored counts as routed when its message comes back or its sender repeats itself.
 *
 * @param hasTime whether there is time for one more slice; the first one is begun in any case
 */
export async function routeAccepted(
  received: readonly ReceivedAlerts[],
  hasTime: () => boolean,
  ports: RoutePorts,
): Promise<RoutedBatch> {
  const messages = inOrder(received);
  const { fresh, skipped } = await withoutStored(messages, ports.store);
  const configuration = await ports.routingTable.load();
  const { routes: unreadableRoutes } = configuration.unreadable;
  const alerts = await boundedMap([...fresh.values()], CALLS_AT_ONCE, async ({ alert, proof }) => ({
    alert: isSystemAlert(alert) ? await ports.systemAlerts.firstOf(alert) : alert,
    proof,
  }));
  const { routed, undecided } = decided(alerts, configuration, ports.clock.now());
  await raiseUnreadableRoutes(routed, unreadableRoutes, ports.alerts);
  const slices = slicesOf(routed);
  const parted = partedSheets(slices);
  const { done, failures } = await routeSlices(
    slices.map((alerts) => ({
      alerts,
      isRepeat: alerts.some(({ alert }) => (fresh.get(alert.id)?.receives ?? 1) > 1),
      isAll: alerts.every(
        ({ alert: { id } }) => fresh.get(id)?.isWithSheet === true && !parted.has(sheetPlaceOf(id).sheet),
      ),
    })),
    hasTime,
    ports,
  );
  const doneIds = new Set(done.map(({ alert }) => alert.id));
  const isDone = ({ id }: Alert) => doneIds.has(id) || !fresh.has(id);
  return {
    routed: done,
    skipped,
    unreadableConfiguration: [
      ...unreadableRoutes,
      ...configuration.unreadable.destinations,
      ...(configuration.unreadable.others ?? []),
    ].map(describeUnreadable),
    failures: [...undecided, ...failures],
    unfinishedMessageIds: messages
      .filter(({ accepted }) => !accepted.alerts.every(isDone))
      .map(({ messageId }) => messageId),
  };
}

/**
 * The message that was received most often comes first, because its receives are limited; then the smallest, because it
 * delays the others least.
 */
function inOrder(received: readonly ReceivedAlerts[]): ReceivedAlerts[] {
  return received.toSorted(
    (a, b) => b.receives - a.receives || a.accepted.alerts.length - b.accepted.alerts.length,
  );
}

/** The alerts that are to be routed, each once. A stored alert of a repeated message was routed before. */
async function withoutStored(
  messages: readonly ReceivedAlerts[],
  store: AlertStore,
): Promise<{ fresh: Map<string, Fresh>; skipped: number }> {
  const repeated = messages.filter(({ isRepeat }) => isRepeat).flatMap(({ accepted }) => accepted.alerts);
  const stored = repeated.length === 0 ? new Set<string>() : await store.stored(repeated.map(({ id }) => id));
  const fresh = new Map<string, Fresh>();
  let skipped = 0;
  for (const { accepted, isRepeat, receives } of messages) {
    const proof = proofOf(accepted);
    for (const alert of accepted.alerts) {
      if (fresh.has(alert.id) || (isRepeat && stored.has(alert.id))) {
        skipped += 1;
      } else {
        fresh.set(alert.id, { alert, proof, receives, isWithSheet: !isRepeat && accepted.is_part !== true });
      }
    }
  }
  return { fresh, skipped };
}

/** Sheets whose alerts are in several slices. */
function partedSheets(slices: readonly RoutedAlert[][]): Set<string> {
  const sheets = slices.flatMap((slice) => [
    ...new Set(slice.map(({ alert }) => sheetPlaceOf(alert.id).sheet)),
  ]);
  return new Set(sheets.filter((sheet, index) => sheets.indexOf(sheet) !== index));
}

/** The proof of the request. Alerts that Tocsin raised itself have none. */
function proofOf({
  request_id: requestId,
  authenticated_by: authenticatedBy,
}: AcceptedAlerts): AlertWithProof['proof'] {
  return authenticatedBy === undefined ? {} : { request_id: requestId, authenticated_by: authenticatedBy };
}

/** Routes one slice after the other. A slice that fails twice is halved, until only the alert that makes it fail is left. */
async function routeSlices(
  slices: readonly Slice[],
  hasTime: () => boolean,
  ports: RoutePorts,
): Promise<{ done: RoutedAlert[]; failures: unknown[] }> {
  const left = [...slices];
  const done: RoutedAlert[] = [];
  const failures: unknown[] = [];
  for (let slice = left.shift(); slice !== undefined; slice = left.shift()) {
    const { alerts, isRepeat } = slice;
    try {
      await routeSlice(slice, ports);
      done.push(...alerts);
    } catch (error) {
      failures.push(error);
      if (isRepeat && alerts.length > 1) {
        const middle = Math.ceil(alerts.length / 2);
        left.unshift(
          { alerts: alerts.slice(0, middle), isRepeat, isAll: false },
          { alerts: alerts.slice(middle), isRepeat, isAll: false },
        );
      }
    }
    if (failures.length >= MAX_FAILURES || !hasTime()) break;
  }
  return { done, failures };
}

async function routeSlice({ alerts: slice, isAll }: Slice, ports: RoutePorts): Promise<void> {
  await ports.deliveries.enqueue(slice.flatMap(messagesOf));
  const unrouted = slice.filter(({ alert, routing }) => routing === 'unrouted' && !isSystemAlert(alert));
  if (unrouted.length > 0) {
    await ports.alerts.enqueue(raised(unroutedAlerts(unrouted)));
  }
  // Before it is stored, because a stored alert is not routed again.
  const told = slice.filter(({ alert }) => isSystemAlert(alert));
  const watched = told.flatMap(({ alert, deliveries }) =>
    deliveries.map(({ id }) => ({ id, alert_id: alert.id })),
  );
  if (watched.length > 0) await ports.systemAlerts.watch(watched);
  await ports.store.put(slice, { isAll });
}

/**
 * The messages of deliveries. A held delivery has none: the watcher of deliveries sends it when its time has come. A message
 * follows from its alert and the decision, so that deciding twice by the same routes gives the same bytes.
 */
function messagesOf(routed: RoutedAlert): DeliveryMessage[] {
  const { alert, deliveries, trace } = routed;
  const routes = new Map(trace.map(({ destination_id: id, route }) => [id, route]));
  const now = deliveries.filter(({ outside }) => outside?.until === undefined);
  return now.map((planned) => {
    const { id, destination_id: destinationId, channel, is_private: isPrivate } = planned;
    const { recipient, silence, outside } = planned;
    const route = routes.get(destinationId);
    const message = firstAttempt(
      alertFor(routed, destinationId),
      {
        id,
        destinationId,
        channel,
        ...(isPrivate === true && { isPrivate }),
        ...(recipient !== undefined && { recipient }),
        ...(route !== undefined && { toldBecause: { route } }),
        ...(silence !== undefined && { silence }),
        ...(outside !== undefined && { outside }),
      },
      alert.received_at,
    );
    // A canary is a test that Tocsin makes: one attempt, no dead letter, no silence, no flood.
    return isCanary(alert) ? { ...message, is_test: true } : message;
  });
}
