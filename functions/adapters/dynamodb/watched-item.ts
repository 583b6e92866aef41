import type { Watched } from '../../core/model/wire/watched.ts';
import { watchedKey, watchedRows } from './keys.ts';
import type { Item } from './pages.ts';
import { requestAttributes } from './request-attributes.ts';

/** An entry of the watch list as an item, which is found by the time of the next look at it. */
export function watchedItem(watched: Watched, lookAt: string, expiresAt: number): Item {
  return { ...watchedKey(watched.id), ...watchedFields(watched, lookAt, expiresAt) };
}

/** The same without its key, for an update. */
export function watchedFields(watched: Watched, lookAt: string, expiresAt: number): Item {
  return { ...watchedAttributes(watched), ...watchedRows(watched, lookAt), expires_at: expiresAt };
}

function watchedAttributes(watched: Watched): Item {
  const { kind } = watched;
  switch (kind) {
    case 'request':
      return {
        kind,
        ...requestAttributes(watched.request),
        is_lost: watched.isLost,
      };
    case 'alert':
      return {
        kind,
        alert: JSON.stringify(watched.alert),
        resent: watched.resent,
        redriven: watched.redriven === undefined ? undefined : JSON.stringify(watched.redriven),
      };
    case 'held':
      return { kind, alert_id: watched.alertId, delivery_id: watched.deliveryId };
    case 'delivery':
      return {
        kind,
        alert_id: watched.alertId,
        delivery_id: watched.deliveryId,
        resent: watched.resent,
        joined: watched.joined,
        sent: watched.sent === undefined ? undefined : JSON.stringify(watched.sent),
      };
  }
}
