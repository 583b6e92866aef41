import type { Delivery } from './delivery.ts';
import type { Addressee, Digest } from './digest.ts';

/**
 * The digest that tells of a delivery which is `digested`, as its row keeps it; undefined for any other. A row that does
 * not say when it began is taken to have begun at its end: only the order among others needs it.
 */
export function joinedDigest({
  state,
  digest_id: id,
  digest_kind: kind = 'window',
  due_at: closesAt = new Date(0).toISOString(),
  digest_opened_at: openedAt = closesAt,
}: Delivery): Digest | undefined {
  return state === 'digested' && id !== undefined
    ? { id, kind, opened_at: openedAt, closes_at: closesAt }
    : undefined;
}

/** Whom the digests of a delivery are for. */
export function addresseeOf({ destination_id: destinationId, recipient }: Delivery): Addressee {
  return { destinationId, ...(recipient !== undefined && { recipient }) };
}
