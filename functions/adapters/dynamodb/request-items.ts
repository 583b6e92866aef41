import type { AcceptedRequest, IndexRange } from '../../core/model/wire/accepted-request.ts';
import { dayOf } from './alert-items.ts';
import { shardOf } from './index-shards.ts';
import type { Item } from './pages.ts';

export const requestDayPartition = (day: string) => `REQUESTS#${day}`;
export const requestLookupPartition = (requestId: string) => `REQUEST#${requestId}`;

/** Where the record of a request stands in the indexes: by its time and by its id. */
export function requestIndexKeys(requestId: string, receivedAt: string): Item {
  return {
    time_pk: shardOf(requestDayPartition(dayOf(receivedAt)), requestId),
    time_sk: `${receivedAt}#${requestId}`,
    lookup_pk: requestLookupPartition(requestId),
    lookup_sk: receivedAt,
  };
}

/** Undefined for the record of a version that did not keep the places of the alerts. */
export function readRequest(item: Item): AcceptedRequest | undefined {
  const flat = item['alert_indexes'];
  if (!Array.isArray(flat)) return undefined;
  return {
    requestId: String(item['request_id']),
    sourceId: String(item['source_id']),
    receivedAt: String(item['received_at']),
    indexes: pairsOf(flat.map(Number)),
  };
}

export function pairsOf(flat: readonly number[]): IndexRange[] {
  return Array.from({ length: flat.length / 2 }, (_, index) => [
    flat[index * 2] ?? 0,
    flat[index * 2 + 1] ?? -1,
  ]);
}
