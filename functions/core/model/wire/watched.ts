import type { AcceptedAlerts } from './accepted-alerts.ts';
import type { AcceptedRequest } from './accepted-request.ts';
import type { Alert } from './alert.ts';
import type { Delivery, DeliveryMessage } from './delivery.ts';
import { type Digest, digestDeliveryId } from './digest.ts';
import { addresseeOf, joinedDigest } from './joined-digest.ts';

/**
 * What is open and has no other record that would be missed: a request whose alerts are not all stored, a system alert
 * that no router has stored, a delivery that has not ended, or one that is held and has no message. The watcher of
 * deliveries looks again when it is time.
 */
export type Watched = { id: string } & (
  | { kind: 'request'; request: AcceptedRequest; isLost: boolean }
  | { kind: 'alert'; alert: Alert; resent: number; redriven?: Redriven }
  | { kind: 'held'; alertId: string; deliveryId: string }
  | { kind: 'delivery'; alertId: string; deliveryId: string; resent: number; joined?: Joined; sent?: Sent }
);

/** Of the delivery of a digest: an alert that it tells of, and the delivery that joined it; they are what its message is made of. */
export type Joined = { alertId: string; by: { alertId: string; deliveryId: string } };

/**
 * Of a delivery that an operator sent: its message without the alert, which is stored under `alertId`. No decision of a
 * router tells of it, and a row may still say how an earlier round ended.
 */
export type Sent = { at: string; alertId: string; message: Omit<DeliveryMessage, 'alert'> };

/** Of an alert whose dead letter an operator moved back: when, and the message that it was in without its alerts. */
export type Redriven = { at: string; request: Omit<AcceptedAlerts, 'alerts'> };

export function watchedRequest(request: AcceptedRequest, isLost = false): Watched {
  return { id: request.requestId, kind: 'request', request, isLost };
}

/**
 * The delivery of the digest that a delivery joined; undefined for any other state.
 *
 * @param alertId an alert that it tells of in the end, where it is the delivery of a digest itself
 */
export function watchedDigest(
  row: Delivery,
  alertId = row.alert_id,
): (Watched & { kind: 'delivery' }) | undefined {
  const digest = joinedDigest(row);
  if (digest === undefined) return undefined;
  const deliveryId = digestDeliveryId(digest.id, addresseeOf(row));
  return {
    id: deliveryId,
    kind: 'delivery',
    alertId: digest.id,
    deliveryId,
    resent: 0,
    joined: { alertId, by: { alertId: row.alert_id, deliveryId: row.id } },
  };
}

/** The delivery of a digest of which no attempt was begun, as one that joined it tells of it. */
export function unbegunDigest(digest: Digest, joiner: Delivery): Delivery {
  const addressee = addresseeOf(joiner);
  const { id, closes_at: closesAt } = digest;
  return {
    id: digestDeliveryId(id, addressee),
    alert_id: id,
    destination_id: joiner.destination_id,
    channel: joiner.channel,
    ...(joiner.recipient !== undefined && { recipient: joiner.recipient }),
    own_digest: digest,
    state: 'pending',
    attempt: 0,
    round: 1,
    created_at: closesAt,
    updated_at: closesAt,
    attempts: [],
  };
}

export function watchedDelivery(delivery: { id: string; alert_id: string }, resent = 0): Watched {
  return { id: delivery.id, kind: 'delivery', alertId: delivery.alert_id, deliveryId: delivery.id, resent };
}

export function watchedHeld(delivery: { id: string; alert_id: string }): Watched & { kind: 'held' } {
  return { id: delivery.id, kind: 'held', alertId: delivery.alert_id, deliveryId: delivery.id };
}

export function watchedAlert(alert: Alert, redriven?: Redriven): Watched {
  return { id: alert.id, kind: 'alert', alert, resent: 0, ...(redriven !== undefined && { redriven }) };
}

export function watchedMessage(
  { alert, ...message }: DeliveryMessage,
  at: string,
): Watched & { kind: 'delivery'; sent: Sent } {
  const { delivery_id: id, alert_id: alertId } = message;
  return {
    id,
    kind: 'delivery',
    alertId,
    deliveryId: id,
    resent: 0,
    sent: { at, alertId: alert.id, message },
  };
}

/** A delivery as the message that was sent leaves it: it waits in a queue, whatever an earlier round came to. */
export function sentDelivery({ at, message }: Sent): Delivery {
  const { delivery_id: id, recipient, is_test: isTest } = message;
  return {
    id,
    alert_id: message.alert_id,
    destination_id: message.destination_id,
    channel: message.channel,
    ...(recipient !== undefined && { recipient }),
    ...(isTest !== undefined && { is_test: isTest }),
    state: 'pending',
    attempt: message.attempt - 1,
    round: message.round,
    created_at: message.created_at,
    updated_at: at,
    attempts: [],
  };
}

/** Whether a row tells what became of the message that was sent. */
export function isTaken({ message }: Sent, row: Delivery | undefined): boolean {
  return (
    row !== undefined &&
    (row.round > message.round || (row.round === message.round && row.attempt >= message.attempt))
  );
}
