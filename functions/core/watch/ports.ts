import type { Interval } from '../model/config/interval.ts';
import type { Route } from '../model/config/route.ts';
import type { Silence } from '../model/config/silence.ts';
import type { Source } from '../model/config/source.ts';
import type { UnreadableConfig } from '../model/config/unreadable-config.ts';
import type { RefusedSample, SilenceAlarm, SourceHealth } from '../model/wire/source-health.ts';
import type { AcceptedAlerts, RoutedAlert } from '../model/wire/accepted-alerts.ts';
import type { AcceptedRequest } from '../model/wire/accepted-request.ts';
import type { Alert } from '../model/wire/alert.ts';
import type { DeadLetter } from '../model/wire/dead-letter.ts';
import type { Delivery, DeliveryMessage } from '../model/wire/delivery.ts';
import type { FailureReason } from '../model/wire/delivery-reasons.ts';
import type { Channel } from '../model/config/destination.ts';
import type { SilencedEntry } from '../model/wire/silenced-entry.ts';
import type { Watched } from '../model/wire/watched.ts';

/** The ports of the watchers. */

/** The dead-letter queues, as the watcher works on them. Reading a letter never removes it. */
export type DeadLetterWatch = {
  /** The letters that are visible now, each once, hidden until they are released. */
  read(): AsyncIterable<DeadLetter>;
  /** Shows letters again. One that cannot be shown becomes visible by itself within a minute. */
  release(letters: readonly DeadLetter[]): Promise<void>;
  /**
   * Lays the letter into its queue once more, as it would be redriven, with what is known of its end. False when the
   * queue has no room for that: then the letter itself has to stay.
   */
  restate(letter: DeadLetter, end: { reason: FailureReason; detail: string }): Promise<boolean>;
  /** Removes a letter that was restated. */
  drop(letter: DeadLetter): Promise<void>;
};

export type DeliveryEnds = {
  find(message: DeliveryMessage): Promise<Delivery | undefined>;
  /**
   * Writes that the delivery of a message is dead, unless it has ended or moved on. A row is made where there is none:
   * a message can die before its first attempt.
   */
  bury(message: DeliveryMessage, reason: FailureReason): Promise<void>;
};

export type AcceptedEnds = {
  /** Stores that alerts are dead in the alerts queue; those that a router has stored stay as they are. */
  bury(accepted: AcceptedAlerts): Promise<Alert[]>;
};

/** Requests that were taken in, by time. */
export type RequestRecords = {
  /** Up to where every request was looked at; undefined before the first look. */
  lookedAtUntil(): Promise<string | undefined>;
  keepLookedAtUntil(instant: string, now: string): Promise<void>;
  /** Those taken in after `from` and not after `to`, some at a time, in no order. */
  between(from: string, to: string): AsyncIterable<AcceptedRequest[]>;
};

/** The watch list: items that are open. Each ends with the retention at the latest. */
export type WatchList = {
  /** Those whose time has come, some at a time. */
  due(now: string): AsyncIterable<Watched[]>;
  /** Everything that is held, whatever its time, some at a time. */
  held(): AsyncIterable<Watched[]>;
  /** Looks again at that time; replaces what was noted of it before. */
  keep(entries: readonly { watched: Watched; lookAt: string }[]): Promise<void>;
  remove(entries: readonly Watched[]): Promise<void>;
};

/** The rules for holds, as they are configured now. */
export type Holds = {
  /** Another one after each change of the configuration. */
  version(): Promise<string>;
  routes(): Promise<{ routes: Route[]; intervals: Interval[] }>;
  /** The version by which everything that is held was judged last; undefined before the first time. */
  judgedBy(): Promise<string | undefined>;
  keepJudgedBy(version: string): Promise<void>;
  /** Writes that a delivery which is not begun is held until another instant. */
  hold(message: DeliveryMessage, until: string): Promise<void>;
};

/** Silences that have ended, until their summaries are told. */
export type SilenceEnds = {
  ended(nowMs: number): Promise<Silence[]>;
  /** The entries of a silence, some at a time, in no order. */
  entries(silenceId: string): AsyncIterable<SilencedEntry[]>;
  /** The summaries of this one are told. */
  mark(silenceId: string): Promise<void>;
};

export type StoredAlerts = {
  /** Of these alerts what is stored: the router's decision, and the rows of the deliveries that have one. */
  find(alertIds: readonly string[]): Promise<Map<string, { routed: RoutedAlert; rows: Delivery[] }>>;
  /** The rows of these deliveries, by id. */
  rows(deliveries: readonly { alertId: string; deliveryId: string }[]): Promise<Map<string, Delivery>>;
};

/** The queues of a channel, or those before the router. */
export type Lanes = {
  /** Whether nothing at all waits, is being worked on or delayed. */
  isEmpty(lane: Channel | 'alerts'): Promise<boolean>;
  /** Whether nothing waits or is being worked on. Delayed messages are not due yet and do not count. */
  isIdle(lane: Channel | 'alerts'): Promise<boolean>;
};

/** Sources that can be read, and what could not be. */
export type SourceList = { list(): Promise<{ sources: Source[]; unreadable: UnreadableConfig[] }> };

export type SourceHealthRecords = {
  /** Of every source that anything is known of. */
  read(sourceIds: string[]): Promise<Map<string, SourceHealth>>;
  /** False when an alarm was raised already. */
  raised(sourceId: string, alarm: SilenceAlarm): Promise<boolean>;
  /** False when this silence is not, or no longer, the announced one. */
  resolved(sourceId: string, since: string): Promise<boolean>;
  /** Drops counts that will not be read any more, once they are worth a write. */
  forgetHoursBefore(sourceId: string, health: SourceHealth, hour: number): Promise<void>;
  /** The record that was refused last, for an hour. */
  refusedSample(sourceId: string, nowMs: number): Promise<RefusedSample | undefined>;
  delete(sourceId: string): Promise<void>;
};
