import type { Delivery } from '../model/wire/delivery.ts';
import {
  digestId,
  type Digest,
  type DigestEntry,
  type DigestSummary,
  type Addressee,
} from '../model/wire/digest.ts';

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

/** What `flood/decide.ts` calls the key of a storm. */
const STORM_KEY = 'storm';
/** The lengths of windows (`flood/decide.ts`). */
const WINDOW_MINUTES = [5, 10, 20, 40, 60];

/**
 * The digest that a delivery is in, of which its row keeps the id and the end.
 *
 * A digest's id is derived from its addressee, key and beginning, and the key of a storm is known: so it shows whether
 * it is one, and when it began.
 */
export function digestOf(id: string, addressee: Addressee, closesAt: string, floodKey?: string): Digest {
  const closesMs = Date.parse(closesAt);
  const begin = (key: string) =>
    WINDOW_MINUTES.map((minutes) => closesMs - minutes * 60_000).find(
      (openedMs) => digestId(addressee, key, openedMs) === id,
    );
  const stormMs = begin(STORM_KEY);
  const openedMs = stormMs ?? (floodKey === undefined ? undefined : begin(floodKey));
  return {
    id,
    kind: stormMs === undefined ? 'window' : 'storm',
    // Only the mail's order among others needs it, and nothing before the end can be wrong there.
    opened_at: openedMs === undefined ? closesAt : new Date(openedMs).toISOString(),
    closes_at: closesAt,
  };
}

/** Where a delivery that is `digested` is told of; undefined for any other. */
export function placeOf({
  state,
  digest_id: id,
  due_at: closesAt,
  destination_id,
  recipient,
}: Delivery): { id: string; addressee: Addressee; closesAt: string } | undefined {
  return state === 'digested' && id !== undefined
    ? {
        id,
        addressee: { destinationId: destination_id, ...(recipient !== undefined && { recipient }) },
        closesAt: closesAt ?? new Date(0).toISOString(),
      }
    : undefined;
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
