import type { Delivery } from '../model/wire/delivery.ts';
import type { Addressee, Digest, DigestEntry, DigestSummary } from '../model/wire/digest.ts';

/** What is stored of a digest: its own delivery once it was begun, what it says once it was closed. */
export type DigestRecord = { id: string; delivery?: Delivery; summary?: DigestSummary };

/** One that joined a digest: what the digest says of it, and its row while that is stored. */
export type DigestMember = { deliveryId: string; entry: DigestEntry; delivery?: Delivery };

/**
 * How a digest stands. `open`: alerts still join. `due`: it is closed and its mail was not begun yet. Otherwise the
 * state of its own delivery: `digested` when it joined a storm.
 */
type DigestState = 'open' | 'due' | Delivery['state'];

/** A digest as an operator is told of it. */
export type DigestStory = {
  digest: Digest;
  addressee: Addressee;
  state: DigestState;
  delivery?: Delivery;
  summary?: DigestSummary;
  /** The storm that it joined. */
  toldBy?: DigestStory;
};

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

export function digestState(
  { closes_at: closesAt }: Digest,
  record: DigestRecord,
  nowMs: number,
): DigestState {
  return record.delivery?.state ?? (nowMs < Date.parse(closesAt) ? 'open' : 'due');
}

/** The digest whose mail tells of it in the end: the storm, where a window's digest joined one. */
export function lastTold(story: DigestStory): DigestStory {
  return story.toldBy === undefined ? story : lastTold(story.toldBy);
}
