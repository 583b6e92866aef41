import type { RoutedAlert } from '../model/wire/accepted-alerts.ts';
import { plannedDelivery, type Delivery } from '../model/wire/delivery.ts';
import { nextMessage } from '../model/wire/next-message.ts';
import type { Watched } from '../model/wire/watched.ts';
import { heldUntil, isDoubted, judgeDelivery, OVERDUE_AFTER_MS } from './judge-delivery.ts';
import { iso, LOOK_AGAIN_MS, type Notes, type Run } from './watch-run.ts';

/** No delivery waits for longer than a day (a breaker, a full mail service); then its message is lost for certain. */
const LONGEST_WAIT_MS = 25 * 3_600_000;

/** Looks at the deliveries of a page of the watch list by their rows. */
export async function lookAtDeliveries(page: readonly Watched[], notes: Notes, run: Run): Promise<void> {
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
  const heldUntilMs = heldUntil(delivery);
  if (heldUntilMs !== undefined && heldUntilMs <= run.nowMs && watched.resent === 0) {
    notes.release.push(nextMessage(routed, delivery));
    notes.keep.push({ watched: { ...watched, resent: 1 }, lookAt: iso(run.nowMs + OVERDUE_AFTER_MS) });
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
