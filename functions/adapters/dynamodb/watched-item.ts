import type { Watched } from '../../core/model/wire/watched.ts';
import { watchedKey, watchedRows } from './keys.ts';
import type { Item } from './pages.ts';

/** What is open as an item, which is found by the time of the next look at it. */
export function watchedItem(watched: Watched, lookAt: string, expiresAt: number): Item {
  return {
    ...watchedKey(watched.id),
    ...watchedAttributes(watched),
    ...watchedRows(watched, lookAt),
    expires_at: expiresAt,
  };
}

function watchedAttributes(watched: Watched): Item {
  return watched.kind === 'request'
    ? {
        kind: watched.kind,
        request_id: watched.request.requestId,
        source_id: watched.request.sourceId,
        received_at: watched.request.receivedAt,
        alert_indexes: watched.request.indexes.flat(),
        is_lost: watched.isLost,
      }
    : {
        kind: watched.kind,
        alert_id: watched.alertId,
        delivery_id: watched.deliveryId,
        resent: watched.resent,
        joined: watched.joined,
      };
}
