import { heldUntil } from '../match/route-outside.ts';
import type { RoutedAlert } from '../model/wire/accepted-alerts.ts';
import { plannedDelivery, type Delivery } from '../model/wire/delivery.ts';
import { nextMessage } from '../model/wire/next-message.ts';
import { watchedDelivery, watchedHeld, type Watched } from '../model/wire/watched.ts';
import { isHeld, OVERDUE_AFTER_MS } from './judge-delivery.ts';
import { iso, noNotes, type Notes, type Run, write } from './watch-run.ts';

/**
 * Judges everything that is held again, when the configuration was changed since that was done last: an interval that was
 * changed opens earlier or later, and a route that was deleted holds nothing.
 *
 * Where a run has no time for all of them the next one begins anew, and finds fewer: those that were sent are not held any more.
 */
export async function lookAtAllHeld(run: Run): Promise<void> {
  const { holds, watchList } = run.ports;
  const version = await holds.version();
  if (version === (await holds.judgedBy())) return;
  const { version: judgedBy } = await run.holding();
  for await (const page of watchList.held()) {
    if (run.isOver()) return;
    const notes = noNotes();
    await lookAtHeld(page, notes, run);
    await write(notes, run);
  }
  await holds.keepJudgedBy(judgedBy);
}

/** Looks at what is held on a page of the watch list: its time has come, or may have changed. */
export async function lookAtHeld(page: readonly Watched[], notes: Notes, run: Run): Promise<void> {
  const held = page.filter((one) => one.kind === 'held');
  if (held.length === 0) return;
  const stored = await run.ports.stored.find(held.map(({ alertId }) => alertId));
  for (const one of held) {
    const { routed, rows = [] } = stored.get(one.alertId) ?? {};
    const planned = routed?.deliveries.find(({ id }) => id === one.deliveryId);
    if (routed === undefined || planned === undefined) {
      // The retention has ended: nothing is left that could be sent.
      notes.remove.push(one);
      continue;
    }
    const delivery = rows.find(({ id }) => id === one.deliveryId) ?? plannedDelivery(planned, routed);
    if (isHeld(delivery)) await holdOrRelease(routed, delivery, notes, run);
    // A worker has begun it, or it has ended.
    else notes.keep.push({ watched: watchedDelivery(delivery), lookAt: iso(run.nowMs) });
  }
}

/** Sends a held delivery whose time has come by the hours of now, and looks at every other one when it will. */
export async function holdOrRelease(
  routed: RoutedAlert,
  delivery: Delivery,
  notes: Notes,
  run: Run,
): Promise<void> {
  const { alert, deliveries, routed_at: heldSince } = routed;
  // A row says until when, and the router's decision by which routes.
  const outside = deliveries.find(({ id }) => id === delivery.id)?.outside;
  const until =
    outside === undefined
      ? undefined
      : heldUntil({ alert, outside, heldSince }, await run.holding(), run.nowMs);
  const message = nextMessage(routed, { ...delivery, ...(outside !== undefined && { outside }) });
  if (until === undefined) {
    notes.release.push(message);
    notes.keep.push({ watched: watchedDelivery(delivery, 1), lookAt: iso(run.nowMs + OVERDUE_AFTER_MS) });
    return;
  }
  if (until !== delivery.due_at) notes.hold.push({ message, until });
  notes.keep.push({ watched: watchedHeld(delivery), lookAt: until });
}
