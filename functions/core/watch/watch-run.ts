import { boundedMap, CALLS_AT_ONCE } from '../bounded-map.ts';
import type { AlertQueue } from '../ingest/ports.ts';
import type { RouteHours } from '../match/route-hours.ts';
import type { Route } from '../model/config/route.ts';
import type { AcceptedAlerts } from '../model/wire/accepted-alerts.ts';
import type { AcceptedRequest } from '../model/wire/accepted-request.ts';
import type { Alert } from '../model/wire/alert.ts';
import type { Delivery, DeliveryMessage } from '../model/wire/delivery.ts';
import { watchedDigest, type Watched } from '../model/wire/watched.ts';
import type { DeliveryQueue } from '../route/ports.ts';
import { resentAlert } from '../system-alerts/message-lost.ts';
import { raised } from '../system-alerts/raise.ts';
import type { Clock } from '../world.ts';
import { OVERDUE_AFTER_MS } from './judge-delivery.ts';
import type { Holds, Lanes, RequestRecords, StoredAlerts, WatchList } from './ports.ts';

export type WatchDeliveriesPorts = {
  requests: RequestRecords;
  watchList: WatchList;
  stored: StoredAlerts;
  holds: Holds;
  lanes: Lanes;
  deliveries: DeliveryQueue;
  alerts: AlertQueue;
  clock: Clock;
  tenantId: string;
};

/** The findings of one run, for the log. */
export type WatchedDeliveries = {
  requests: number;
  open: number;
  /** Held until now. */
  released: DeliveryMessage[];
  resent: DeliveryMessage[];
  /** Sent again because their queue has not been empty for long: their first message may be in it. */
  doubted: DeliveryMessage[];
  lost: AcceptedRequest[];
  /** System alerts that no router had stored, and alerts whose dead letter was moved back. */
  raisedAgain: Alert[];
  /** Up to where every request was looked at: the time was over before all were. */
  lookedAtUntil: string;
};

/** The findings of a run at its beginning: none. */
export function nothingFound(): WatchedDeliveries {
  return {
    requests: 0,
    open: 0,
    released: [],
    resent: [],
    doubted: [],
    lost: [],
    raisedAgain: [],
    lookedAtUntil: '',
  };
}

type Holding = { version: string; route: (id: string) => Route | undefined; hours: RouteHours };

/** One run of the watcher: what it asks, how it stands in time, and what it has found so far. */
export type Run = {
  ports: WatchDeliveriesPorts;
  nowMs: number;
  isOver: () => boolean;
  isEmpty: Lanes['isEmpty'];
  /** Whether one more message to this destination, or of the alerts queue, may be sent again on a doubt. */
  mayDoubt: (to: string) => boolean;
  /** The rules for holds, as they are configured now; read once, and only where something is held. */
  holding: () => Promise<Holding>;
  result: WatchedDeliveries;
};

/** The notes of a look, written together at its end. */
export type Notes = {
  keep: { watched: Watched; lookAt: string }[];
  remove: Watched[];
  release: DeliveryMessage[];
  /** Held until another instant than their rows say. */
  hold: { message: DeliveryMessage; until: string }[];
  resend: DeliveryMessage[];
  doubted: DeliveryMessage[];
  raise: Alert[];
  /** Whose dead letter was moved back, and vanished. */
  redrive: AcceptedAlerts[];
};

/** An item that is neither lost nor over is looked at again. */
export const LOOK_AGAIN_MS = 5 * 60_000;

/** A delivery that joined a digest is told by the digest's, which is looked at when its time is over. */
export function noteDigest(row: Delivery, notes: Notes, run: Run, alertId?: string): void {
  const watched = watchedDigest(row, alertId);
  if (watched === undefined) return;
  const closesMs = Date.parse(row.due_at ?? row.updated_at);
  notes.keep.push({ watched, lookAt: iso(Math.max(run.nowMs, closesMs + OVERDUE_AFTER_MS)) });
}

export const noNotes = (): Notes => ({
  keep: [],
  remove: [],
  release: [],
  hold: [],
  resend: [],
  doubted: [],
  raise: [],
  redrive: [],
});

/** The message first, then the alert that tells of it, then the note that it was done. */
export async function write(notes: Notes, run: Run): Promise<void> {
  const { ports, result } = run;
  if (notes.release.length > 0) {
    await ports.deliveries.enqueue(notes.release);
    result.released.push(...notes.release);
  }
  await boundedMap(notes.hold, CALLS_AT_ONCE, async ({ message, until }) => ports.holds.hold(message, until));
  if (notes.doubted.length > 0) {
    await ports.deliveries.enqueue(notes.doubted);
    result.doubted.push(...notes.doubted);
  }
  if (notes.resend.length > 0) {
    await ports.deliveries.enqueue(notes.resend);
    await tell(resentAlert(notes.resend, run.nowMs, ports.tenantId), ports.alerts);
    result.resent.push(...notes.resend);
  }
  if (notes.raise.length > 0) {
    await ports.alerts.enqueue(raised(notes.raise));
    result.raisedAgain.push(...notes.raise);
  }
  for (const accepted of notes.redrive) {
    await ports.alerts.enqueue(accepted);
    result.raisedAgain.push(...accepted.alerts);
  }
  // Many deliveries are in one digest, and a batch takes an item once.
  const keep = [...new Map(notes.keep.map((one) => [one.watched.id, one])).values()];
  await ports.watchList.keep(keep);
  await ports.watchList.remove(notes.remove);
  result.open += keep.length;
}

/** Raises one system alert. */
export async function tell(alert: Alert, alerts: AlertQueue): Promise<void> {
  await alerts.enqueue(raised([alert]));
}

export const iso = (epochMs: number) => new Date(epochMs).toISOString();
