import type { Delivery } from '../model/wire/delivery.ts';
import type { Addressee, Digest, DigestEntry, DigestSummary } from '../model/wire/digest.ts';

/** The records of a digest: its own delivery once it was begun, its summary once it was closed. */
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

/** The state of a digest at an instant, by its record. */
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
