import type { AcceptedRequest } from './accepted-request.ts';

/**
 * What the watcher of deliveries has looked at and found open: a request whose alerts are not all stored, a delivery that
 * has not ended. It looks again when it is time.
 */
export type Watched = { id: string } & (
  | { kind: 'request'; request: AcceptedRequest; isLost: boolean }
  | { kind: 'delivery'; alertId: string; deliveryId: string; resent: number }
);

export function watchedRequest(request: AcceptedRequest, isLost = false): Watched {
  return { id: request.requestId, kind: 'request', request, isLost };
}

export function watchedDelivery(delivery: { id: string; alert_id: string }, resent = 0): Watched {
  return { id: delivery.id, kind: 'delivery', alertId: delivery.alert_id, deliveryId: delivery.id, resent };
}
