/**
 * What is remembered of the messages to one addressee: enough to decide about the next one. Everything in it ends by
 * itself, so an item that is lost or expired only means "nothing was sent lately".
 */
export type Flow = {
  /** Messages that were sent, or may have been, in the last hour, in the order of their instants. */
  places: Place[];
  /** The floods that go on, by flood key. */
  windows: Record<string, FloodWindow>;
  /** What is over the limit, whatever its key. */
  storm?: FloodWindow;
};

/** One attempt: its place in the hour's budget. */
type Place = { id: string; atMs: number };

/** A stretch of time whose alerts share one digest. */
export type FloodWindow = {
  openedMs: number;
  minutes: number;
  /** A digest has been announced for it: somebody joined. */
  isJoined: boolean;
  /** Urgent alerts of this flood that were messages of their own. */
  urgent: number;
};

export const EMPTY_FLOW: Flow = { places: [], windows: {} };

export function closesMs({ openedMs, minutes }: Pick<FloodWindow, 'openedMs' | 'minutes'>): number {
  return openedMs + minutes * 60_000;
}
