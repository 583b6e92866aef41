/**
 * What is remembered of the mails to one mailbox (a recipient of a destination): enough to decide about the next one.
 * Everything in it ends by itself, so an item that is lost or expired only means "nothing was sent lately".
 */
export type MailFlow = {
  /** Mails that were sent, or may have been, in the last hour, in the order of their instants. */
  places: MailPlace[];
  /** The floods that go on, by flood key. */
  windows: Record<string, FloodWindow>;
  /** What is over the limit, whatever its key. */
  storm?: FloodWindow;
};

/** One attempt at a mail: its place in the hour's budget. */
type MailPlace = { id: string; atMs: number };

/** A stretch of time whose alerts share one digest. */
export type FloodWindow = {
  openedMs: number;
  minutes: number;
  /** A digest has been announced for it: somebody joined. */
  isJoined: boolean;
  /** Urgent alerts of this flood that were mails of their own. */
  urgent: number;
};

export const NO_MAILS: MailFlow = { places: [], windows: {} };

export function closesMs({ openedMs, minutes }: Pick<FloodWindow, 'openedMs' | 'minutes'>): number {
  return openedMs + minutes * 60_000;
}
