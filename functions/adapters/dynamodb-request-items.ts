import type { AcceptedRequest, IndexRange } from '../core/model/accepted-request.ts';
import { dayOf } from './dynamodb-alert-items.ts';
import type { Item } from './dynamodb-pages.ts';

/**
 * The requests of a day are spread over so many partitions of the index: one takes 1,000 writes a second
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html).
 */
const SHARDS = Array.from({ length: 8 }, (_, shard) => shard);

/** By the first character of the id, which is drawn at random. */
const shardOf = (requestId: string) => requestId.charCodeAt(0) % SHARDS.length;

export const requestDayPartitions = (day: string) => SHARDS.map((shard) => `REQUESTS#${day}#${shard}`);
export const requestLookupPartition = (requestId: string) => `REQUEST#${requestId}`;

/** Where the record of a request stands in the indexes: by its time and by its id. */
export function requestIndexKeys(requestId: string, receivedAt: string): Item {
  return {
    time_pk: `REQUESTS#${dayOf(receivedAt)}#${shardOf(requestId)}`,
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
