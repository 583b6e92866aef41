import type { AcceptedRequest, IndexRange } from '../../core/model/wire/accepted-request.ts';
import type { Item } from './pages.ts';

const ID_BYTES = 16;

/**
 * A request with the names of its alerts: places as one flat list, and ids that no place gives as the 16 bytes of each,
 * since a request can have 10,000 of them and an item 400 KB.
 */
export function requestAttributes({
  requestId,
  sourceId,
  receivedAt,
  indexes,
  newsIds = [],
}: AcceptedRequest): Item {
  return {
    request_id: requestId,
    source_id: sourceId,
    received_at: receivedAt,
    alert_indexes: indexes.flat(),
    ...(newsIds.length > 0 && { news_ids: Buffer.concat(newsIds.map(bytesOf)) }),
  };
}

/** Undefined for the record of a version that did not keep the places of the alerts. */
export function readRequest(item: Item): AcceptedRequest | undefined {
  const flat = item['alert_indexes'];
  if (!Array.isArray(flat)) return undefined;
  const ids = item['news_ids'];
  return {
    requestId: String(item['request_id']),
    sourceId: String(item['source_id']),
    receivedAt: String(item['received_at']),
    indexes: pairsOf(flat.map(Number)),
    ...(ids instanceof Uint8Array && { newsIds: idsOf(ids) }),
  };
}

function pairsOf(flat: readonly number[]): IndexRange[] {
  return Array.from({ length: flat.length / 2 }, (_, index) => [
    flat[index * 2] ?? 0,
    flat[index * 2 + 1] ?? -1,
  ]);
}

function bytesOf(id: string): Buffer {
  return Buffer.from(id.replaceAll('-', ''), 'hex');
}

function idsOf(bytes: Uint8Array): string[] {
  const hex = Buffer.from(bytes).toString('hex');
  return Array.from({ length: bytes.length / ID_BYTES }, (_, index) =>
    hex
      .slice(index * 2 * ID_BYTES, (index + 1) * 2 * ID_BYTES)
      .replace(/^(.{8})(.{4})(.{4})(.{4})/u, '$1-$2-$3-$4-'),
  );
}
