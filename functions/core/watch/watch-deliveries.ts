import type { RoutedAlert } from '../model/wire/accepted-alerts.ts';
import { alertIdsOf, type AcceptedRequest } from '../model/wire/accepted-request.ts';
import { plannedDelivery, type Delivery, type DeliveryMessage } from '../model/wire/delivery.ts';
import { watchedDelivery, watchedRequest, type Watched } from '../model/wire/watched.ts';
import { raised } from '../system-alerts/raise.ts';
import type { AlertQueue } from '../ingest/ports.ts';
import type { Clock } from '../world.ts';
import type { DeliveryQueue } from '../route/ports.ts';
import { isDoubted, judgeDelivery, OVERDUE_AFTER_MS } from './judge-delivery.ts';
import { lostRequestAlert, resentAlert } from '../system-alerts/message-lost.ts';
import { nextMessage } from '../model/wire/next-message.ts';
import type { Lanes, RequestRecords, StoredAlerts, WatchList } from './ports.ts';

export type WatchDeliveriesPorts = {
  requests: RequestRecords;
  watchList: WatchList;
  stored: StoredAlerts;
  lanes: Lanes;
  deliveries: DeliveryQueue;
  alerts: AlertQueue;
  clock: Clock;
  tenantId: string;
};

/** What one run found, for the log. */
type WatchedDeliveries = {
  requests: number;
  open: number;
  resent: DeliveryMessage[];
  /** Sent again because their queue has not been empty for long: their first message may be in it. */
  doubted: DeliveryMessage[];
  lost: AcceptedRequest[];
  /** Up to where every request was looked at: the time was over before all were. */
  lookedAtUntil: string;
};

/** A request is looked at first when it usually has ended: the cheapest look is the one that finds nothing open. */
const FIRST_LOOK_MS = 2 * 60_000;
/** A gateway that was never watched begins here. */
const FAR_BACK_MS = 86_400_000;
const STEP_MS = 60_000;
const FEW_REQUESTS = 500;
const ALERTS_AT_ONCE = 200;
const LOOK_AGAIN_MS = 5 * 60_000;
/** What is lost is still looked at: its sender may come again, an operator may mend it. */
const LOOK_AT_LOST_MS = 3_600_000;
/** No delivery waits for longer than a day (a breaker, a full mail service); then its message is lost for certain. */
const LONGEST_WAIT_MS = 25 * 3_600_000;
/** A queue that is behind is not to be filled by doubts. */
const DOUBTS_PER_DESTINATION = 10;
/** How long a run goes on; what is left is the next one's. */
const ENOUGH_MS = 25_000;

/**
 * Finds what was accepted and has not ended, and says what became of it.
 *
 * Every request is looked at once, two minutes after it came, by an index over the requests: nothing is written for
 * what has ended by then. What has not is put on the watch list and looked at when its row should have changed. An
 * overdue delivery whose queues are empty has lost its message: it is sent again from the stored alert, under the same
 * ids, and a system alert says so. Where the queues are not empty it may have, and a few are sent again at a time,
 * without an alert. An alert that no router stored cannot be sent again: a system alert says that.
 *
 * Running it twice, or two at once, is harmless: a claim takes one of two messages, and alerts have one id an hour.
 */
export async function watchDeliveries(
  ports: WatchDeliveriesPorts,
  { mayBeLost }: { /** False when not every dead letter was read. */ mayBeLost: boolean },
): Promise<WatchedDeliveries> {
  const startedMs = ports.clock.now();
  const run: Run = {
    ports,
    nowMs: startedMs,
    isOver: () => ports.clock.now() - startedMs > ENOUGH_MS,
    isEmpty: onePerLane(ports.lanes, mayBeLost),
    mayDoubt: fewPerDestination(mayBeLost),
    result: { requests: 0, open: 0, resent: [], doubted: [], lost: [], lookedAtUntil: '' },
  };
  await lookAtWatched(run);
  await lookAtNewRequests(run);
  return run.result;
}

type Run = {
  ports: WatchDeliveriesPorts;
  nowMs: number;
  isOver: () => boolean;
  isEmpty: Lanes['isEmpty'];
  /** Whether one more delivery to this destination may be sent again on a doubt. */
  mayDoubt: (destinationId: string) => boolean;
  result: WatchedDeliveries;
};

/** What is noted at the end of a look, all in one go. */
type Notes = {
  keep: { watched: Watched; lookAt: string }[];
  remove: Watched[];
  resend: DeliveryMessage[];
  doubted: DeliveryMessage[];
};

function onePerLane(lanes: Lanes, mayBeLost: boolean): Lanes['isEmpty'] {
  const known = new Map<string, Promise<boolean>>();
  return async (lane) => {
    if (!mayBeLost) return false;
    const answer = known.get(lane) ?? lanes.isEmpty(lane);
    known.set(lane, answer);
    return answer;
  };
}

function fewPerDestination(mayBeLost: boolean): Run['mayDoubt'] {
  const doubts = new Map<string, number>();
  return (destinationId) => {
    const count = doubts.get(destinationId) ?? 0;
    doubts.set(destinationId, count + 1);
    return mayBeLost && count < DOUBTS_PER_DESTINATION;
  };
}

async function lookAtNewRequests(run: Run): Promise<void> {
  const { requests } = run.ports;
  const untilMs = run.nowMs - FIRST_LOOK_MS;
  let fromMs = Date.parse((await requests.lookedAtUntil()) ?? iso(run.nowMs - FAR_BACK_MS));
  let stepMs = STEP_MS;
  while (fromMs < untilMs && !run.isOver()) {
    const toMs = Math.min(untilMs, fromMs + stepMs);
    let seen = 0;
    for await (const page of requests.between(iso(fromMs), iso(toMs))) {
      const notes: Notes = { keep: [], remove: [], resend: [], doubted: [] };
      await lookAtRequests(
        page.map((request) => ({ request })),
        notes,
        run,
      );
      await write(notes, run);
      seen += page.length;
    }
    run.result.requests += seen;
    // Only when all of it is written: what is behind this instant is never looked for again.
    await requests.keepLookedAtUntil(iso(toMs));
    fromMs = toMs;
    stepMs = seen < FEW_REQUESTS ? stepMs * 2 : STEP_MS;
  }
  run.result.lookedAtUntil = iso(fromMs);
}

async function lookAtWatched(run: Run): Promise<void> {
  for await (const page of run.ports.watchList.due(iso(run.nowMs))) {
    if (run.isOver()) return;
    const notes: Notes = { keep: [], remove: [], resend: [], doubted: [] };
    const requests = page.filter((watched) => watched.kind === 'request');
    await lookAtRequests(
      requests.map((watched) => ({ request: watched.request, watched })),
      notes,
      run,
    );
    await lookAtDeliveries(page, notes, run);
    await write(notes, run);
  }
}

/** A request, and what the watch list says of it where it stands there. */
type Look = { request: AcceptedRequest; watched?: Watched & { kind: 'request' } };

/** So many requests at once as have some two hundred alerts, which are read together. */
async function lookAtRequests(looks: readonly Look[], notes: Notes, run: Run): Promise<void> {
  let group: Look[] = [];
  let ids: string[][] = [];
  for (const look of looks) {
    group.push(look);
    ids.push(alertIdsOf(look.request));
    if (look !== looks.at(-1) && ids.reduce((sum, { length }) => sum + length, 0) < ALERTS_AT_ONCE) continue;
    await lookAtGroup(group, ids, notes, run);
    group = [];
    ids = [];
  }
}

async function lookAtGroup(
  group: readonly Look[],
  ids: readonly string[][],
  notes: Notes,
  run: Run,
): Promise<void> {
  const found = group.map((look) => ({ look, missing: 0, isDead: false }));
  const all = ids.flatMap((some, index) => some.map((id) => ({ id, of: found[index]! })));
  for (let start = 0; start < all.length; start += ALERTS_AT_ONCE) {
    const some = all.slice(start, start + ALERTS_AT_ONCE);
    const stored = await run.ports.stored.find(some.map(({ id }) => id));
    for (const { id, of } of some) {
      const one = stored.get(id);
      if (one === undefined) of.missing += 1;
      else if (one.routed.routing === 'dead') of.isDead = true;
      else noteOpen(one.routed, one.rows, notes, run);
    }
  }
  for (const one of found) await concludeRequest(one, notes, run);
}

/** The request is over once every alert of it is stored by a router; then each open delivery is watched by itself. */
async function concludeRequest(
  { look: { request, watched }, missing, isDead }: { look: Look; missing: number; isDead: boolean },
  notes: Notes,
  run: Run,
): Promise<void> {
  if (missing === 0 && !isDead) {
    if (watched !== undefined) notes.remove.push(watched);
    return;
  }
  const waitedMs = run.nowMs - Date.parse(request.receivedAt);
  const isLost =
    missing > 0 &&
    (watched?.isLost === true || (waitedMs > OVERDUE_AFTER_MS && (await run.isEmpty('alerts'))));
  if (isLost && watched?.isLost !== true) {
    // Before it is noted: a run that dies in between tells of it again, under the same id.
    await enqueue(lostRequestAlert(request, missing, run.nowMs, run.ports.tenantId), run.ports.alerts);
    run.result.lost.push(request);
  }
  const again = isLost || isDead ? LOOK_AT_LOST_MS : LOOK_AGAIN_MS;
  notes.keep.push({ watched: watchedRequest(request, isLost), lookAt: iso(run.nowMs + again) });
}

function noteOpen(routed: RoutedAlert, rows: readonly Delivery[], notes: Notes, run: Run): void {
  const byId = new Map(rows.map((row) => [row.id, row]));
  for (const planned of routed.deliveries) {
    const delivery = byId.get(planned.id) ?? plannedDelivery(planned, routed);
    const judged = judgeDelivery(delivery, run.nowMs);
    if (judged.standing === 'over') continue;
    const lookAtMs = judged.standing === 'under-way' ? judged.lookAtMs : run.nowMs;
    notes.keep.push({ watched: watchedDelivery(delivery), lookAt: iso(lookAtMs) });
  }
}

async function lookAtDeliveries(page: readonly Watched[], notes: Notes, run: Run): Promise<void> {
  const watched = page.filter((one) => one.kind === 'delivery');
  const rows = watched.length === 0 ? new Map<string, Delivery>() : await run.ports.stored.rows(watched);
  const unclear: typeof watched = [];
  for (const one of watched) {
    const row = rows.get(one.deliveryId);
    const judged = row === undefined ? undefined : judgeDelivery(row, run.nowMs);
    if (judged?.standing === 'over') notes.remove.push(one);
    else if (judged?.standing === 'under-way') {
      notes.keep.push({ watched: { ...one, resent: 0 }, lookAt: iso(judged.lookAtMs) });
    } else unclear.push(one);
  }
  if (unclear.length === 0) return;
  const alerts = await run.ports.stored.find(unclear.map(({ alertId }) => alertId));
  for (const one of unclear) await lookAtOverdue(one, alerts.get(one.alertId)?.routed, rows, notes, run);
}

/** Its row has not changed for too long, or it has none. */
async function lookAtOverdue(
  watched: Watched & { kind: 'delivery' },
  routed: RoutedAlert | undefined,
  rows: ReadonlyMap<string, Delivery>,
  notes: Notes,
  run: Run,
): Promise<void> {
  const planned = routed?.deliveries.find(({ id }) => id === watched.deliveryId);
  const delivery =
    rows.get(watched.deliveryId) ??
    (routed === undefined || planned === undefined ? undefined : plannedDelivery(planned, routed));
  if (routed === undefined || delivery === undefined) {
    // The retention has ended: nothing is left that could be sent, or asked for.
    notes.remove.push(watched);
    return;
  }
  const judged = judgeDelivery(delivery, run.nowMs);
  const overdueForMs = judged.standing === 'overdue' ? run.nowMs - judged.sinceMs : 0;
  const isLost =
    overdueForMs > LONGEST_WAIT_MS * (watched.resent + 1) ||
    (overdueForMs > 0 && (await run.isEmpty(delivery.channel)));
  const isSentAgain =
    isLost || (isDoubted(overdueForMs, watched.resent) && run.mayDoubt(delivery.destination_id));
  if (isSentAgain) (isLost ? notes.resend : notes.doubted).push(nextMessage(routed, delivery));
  const lookAtMs =
    judged.standing === 'under-way'
      ? judged.lookAtMs
      : run.nowMs + (isSentAgain ? OVERDUE_AFTER_MS : LOOK_AGAIN_MS);
  notes.keep.push({
    watched: { ...watched, resent: watched.resent + (isSentAgain ? 1 : 0) },
    lookAt: iso(lookAtMs),
  });
}

/** The message first, then the alert that tells of it, then the note that it was done. */
async function write(notes: Notes, run: Run): Promise<void> {
  const { ports, result } = run;
  if (notes.doubted.length > 0) {
    await ports.deliveries.enqueue(notes.doubted);
    result.doubted.push(...notes.doubted);
  }
  if (notes.resend.length > 0) {
    await ports.deliveries.enqueue(notes.resend);
    await enqueue(resentAlert(notes.resend, run.nowMs, ports.tenantId), ports.alerts);
    result.resent.push(...notes.resend);
  }
  await ports.watchList.keep(notes.keep);
  await ports.watchList.remove(notes.remove);
  result.open += notes.keep.length;
}

async function enqueue(alert: ReturnType<typeof resentAlert>, alerts: AlertQueue): Promise<void> {
  await alerts.enqueue(raised([alert]));
}

const iso = (epochMs: number) => new Date(epochMs).toISOString();
