import type { Settled } from '../core/deliver/settle.ts';
import type { DeliveryMessage } from '../core/model/wire/delivery.ts';
import type { EventLog } from '../core/world.ts';

/** A message with the end of its delivery, or of this attempt at it. */
export type SettledDelivery = {
  message: DeliveryMessage;
  settled: Settled;
  /** From the acceptance of the alert to this end. */
  latencyMs: number;
};

/** How the log calls a verdict. */
const RESULTS: Record<Settled['verdict'], string> = {
  delivered: 'delivered',
  retry: 'retry',
  failed: 'dead',
  suppressed: 'suppressed',
  waits: 'deferred',
  digested: 'digested',
  settled: 'settled',
};

/**
 * One line for the deliveries of a batch that went alike: with a line each they would be most of what is logged
 * (docs/decisions/0385-one-line-for-deliveries-that-went-alike.md). A line of one delivery has lists as well, so a query
 * is written once.
 *
 * `{"event": "delivery.attempted", "destinationId": "dst_1", "result": "delivered", "deliveries": 2,
 * "deliveryIds": ["…", "…"], "alertIds": ["…", "…"], "durationMs": [31, 28], "latencyMs": [812, 809]}`; the lists have the
 * same order.
 */
export function logDeliveries(deliveries: readonly SettledDelivery[], events: EventLog): void {
  const entries = deliveries.map(entryOf);
  const alike = Map.groupBy(entries, ({ event, shared, own }) =>
    JSON.stringify([event, shared, Object.keys(own)]),
  );
  for (const [first, ...others] of alike.values()) {
    if (first !== undefined) events.info(first.event, lineOf(first, others));
  }
}

type Entry = {
  event: string;
  /** The same of all deliveries of a line. */
  shared: Record<string, unknown>;
  /** Of which a line lists one value for each delivery. */
  own: Record<string, unknown>;
};

function entryOf({ message, settled: { verdict, durationMs, ...facts }, latencyMs }: SettledDelivery): Entry {
  return {
    event: verdict === 'failed' ? 'delivery.dead-lettered' : 'delivery.attempted',
    shared: {
      sourceId: message.alert.source.id,
      destinationId: message.destination_id,
      channel: message.channel,
      attempt: message.attempt,
      result: RESULTS[verdict],
      ...facts,
    },
    own: {
      deliveryIds: message.delivery_id,
      alertIds: message.alert_id,
      ...(durationMs !== undefined && { durationMs }),
      ...(verdict === 'delivered' && { latencyMs }),
    },
  };
}

function lineOf(first: Entry, others: readonly Entry[]): Record<string, unknown> {
  const entries = [first, ...others];
  const lists = Object.keys(first.own).map((name) => [name, entries.map(({ own }) => own[name])]);
  return { ...first.shared, deliveries: entries.length, ...Object.fromEntries(lists) };
}
