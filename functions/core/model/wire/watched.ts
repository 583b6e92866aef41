import type { AcceptedRequest } from './accepted-request.ts';
import type { Delivery } from './delivery.ts';
import { digestDeliveryId } from './digest.ts';
import { addresseeOf, joinedDigest } from './joined-digest.ts';

/**
 * What the watcher of deliveries has looked at and found open: a request whose alerts are not all stored, a delivery that
 * has not ended. It looks again when it is time.
 */
export type Watched = { id: string } & (
  | { kind: 'request'; request: AcceptedRequest; isLost: boolean }
  | { kind: 'delivery'; alertId: string; deliveryId: string; resent: number; joined?: Joined }
);

/** Of the delivery of a digest: an alert that it tells of, and the delivery that joined it; they are what its message is made of. */
export type Joined = { alertId: string; by: { alertId: string; deliveryId: string } };

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

export function watchedDelivery(delivery: { id: string; alert_id: string }, resent = 0): Watched {
  return { id: delivery.id, kind: 'delivery', alertId: delivery.alert_id, deliveryId: delivery.id, resent };
}
