import { routeHours } from '../match/route-hours.ts';
import { DEFAULT_ROUTE_ID } from '../model/config/route.ts';
import { lookAtAllHeld, lookAtHeld } from './look-at-held.ts';
import { lookAtDeliveries } from './look-at-deliveries.ts';
import { lookAtRaised } from './look-at-raised.ts';
import { lookAtRequests } from './look-at-requests.ts';
import type { Holds, Lanes } from './ports.ts';
import {
  iso,
  noNotes,
  nothingFound,
  type Run,
  type WatchDeliveriesPorts,
  type WatchedDeliveries,
  write,
} from './watch-run.ts';

/** The first look at a request comes when its deliveries have usually ended, because such a look writes nothing. */
const FIRST_LOOK_MS = 2 * 60_000;
/** How far back the first run of a gateway looks. */
const FAR_BACK_MS = 86_400_000;
const STEP_MS = 60_000;
const FEW_REQUESTS = 500;
/** The most messages that are sent again on a doubt, so that a queue that is behind is not filled by them. */
const DOUBTS_PER_DESTINATION = 10;
/** How long a run goes on; what is left is the next one's. */
const ENOUGH_MS = 25_000;

/**
 * Finds accepted requests that have not ended, and says how each of them stands.
 *
 * Every request is looked at once, two minutes after it came, by an index over the requests: nothing is written for
 * those that have ended by then. A delivery that has not is put on the watch list and looked at when its row should have changed. An
 * overdue delivery whose queues are empty has lost its message: it is sent again from the stored alert, under the same
 * ids, and a system alert says so. Where the queues are not empty it may have, and a few are sent again at a time,
 * without an alert. An alert that no router stored cannot be sent again: a system alert says that.
 *
 * Alerts that Tocsin raises itself and deliveries that an operator sends (tests, replays) have no request: they are put on the
 * watch list before their message is sent, with all that the message is made of.
 *
 * A delivery that a route holds has no message before the time intervals open: it is watched, and sent then. It is judged by
 * the hours of its routes as they are configured then, and again after each change of the configuration.
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
    holding: readOnce(ports.holds),
    result: nothingFound(),
  };
  await lookAtWatched(run);
  await lookAtAllHeld(run);
  await lookAtNewRequests(run);
  return run.result;
}

/** The version first: what is changed while the rest is read has another one. */
function readOnce(holds: Holds): Run['holding'] {
  let known: ReturnType<Run['holding']> | undefined;
  return async () => {
    known ??= readHolding(holds);
    return known;
  };
}

async function readHolding(holds: Holds): ReturnType<Run['holding']> {
  const version = await holds.version();
  const { routes, intervals } = await holds.routes();
  const byId = new Map(
    routes
      .filter(({ id, isEnabled }) => isEnabled !== false || id === DEFAULT_ROUTE_ID)
      .map((route) => [route.id, route]),
  );
  return { version, route: (id) => byId.get(id), hours: routeHours(intervals) };
}

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
  return (to) => {
    const count = doubts.get(to) ?? 0;
    doubts.set(to, count + 1);
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
      const notes = noNotes();
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
    await requests.keepLookedAtUntil(iso(toMs), iso(run.nowMs));
    fromMs = toMs;
    stepMs = seen < FEW_REQUESTS ? stepMs * 2 : STEP_MS;
  }
  run.result.lookedAtUntil = iso(fromMs);
}

async function lookAtWatched(run: Run): Promise<void> {
  for await (const page of run.ports.watchList.due(iso(run.nowMs))) {
    if (run.isOver()) return;
    const notes = noNotes();
    const requests = page.filter((watched) => watched.kind === 'request');
    await lookAtRequests(
      requests.map((watched) => ({ request: watched.request, watched })),
      notes,
      run,
    );
    await lookAtHeld(page, notes, run);
    await lookAtRaised(page, notes, run);
    await lookAtDeliveries(page, notes, run);
    await write(notes, run);
  }
}
