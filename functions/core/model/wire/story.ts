import type { AlertStatus } from './alert.ts';
import type { SeverityId } from './severity.ts';

/**
 * How often an alert was seen, for whoever reads of it once more. `ended`: its end came before it could be told.
 */
export type StoryNote = { count: number; since: string; ended?: { status: AlertStatus; at: string } };

/** The order in which alerts reached the gateway: when, and the place in its request. */
export type Arrival = { at: string; index: number };

/** A delivery that is told, or that somebody has begun to tell. */
export type Telling = {
  /** Of the delivery. */
  id: string;
  status: AlertStatus;
  severity: SeverityId;
  atMs: number;
  /** What its body says of the story, the same at every attempt. */
  note?: StoryNote;
};

/**
 * What one reader (a destination, by mail a recipient) was told of one finding: the alerts of one source with one dedup
 * key. An item that is lost means "nothing was told".
 */
export type Story = {
  /** The last of them, in their order. */
  tellings: Telling[];
  /** The firing alerts since it began, or began again. `counted` are those that came last. */
  run?: { since: string; count: number; counted: string[] };
  /** The newest end that came, whether or not it was told. */
  ending?: Arrival & { status: AlertStatus };
  /** Nothing fired since that end. */
  isOver: boolean;
  /** Of the newest firing alert that was looked at. */
  fired?: Arrival;
};

export const NO_STORY: Story = { tellings: [], isOver: false };
