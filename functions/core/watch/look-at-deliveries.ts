import type { RoutedAlert } from '../model/wire/accepted-alerts.ts';
import { plannedDelivery, type Delivery, type DeliveryMessage } from '../model/wire/delivery.ts';
import { nextDigestMessage } from '../model/wire/digest-message.ts';
import { addresseeOf, joinedDigest } from '../model/wire/joined-digest.ts';
import { nextMessage } from '../model/wire/next-message.ts';
import { isTaken, sentDelivery, unbegunDigest, type Watched, watchedHeld } from '../model/wire/watched.ts';
import { isDoubted, isHeld, judgeDelivery, OVERDUE_AFTER_MS } from './judge-delivery.ts';
import { iso, LOOK_AGAIN_MS, noteDigest, type Notes, type Run } from './watch-run.ts';

/** No delivery waits for longer than a day (a breaker, a full mail service); then its message is lost for certain. */
const LONGEST_WAIT_MS = 25 * 3_600_000;

/** Looks at the deliveries of a page of the watch list by their rows. */
export async function lookAtDeliveries(page: readonly Watched[], notes: Notes, run: Run): Promise<void> {
  const watched = page.filter((one) => one.kind === 'delivery');
  const rows = watched.length === 0 ? new Map<string, Delivery>() : await run.ports.stored.rows(watched);
  const unclear: typeof watched = [];
  for (const one of watched) {
    const row = rows.get(one.deliveryId);
    const isOfRow = row !== undefined && (one.sent === undefined || isTaken(one.sent, row));
    const judged = isOfRow ? judgeDelivery(row, run.nowMs) : undefined;
    if (row !== undefined && judged?.standing === 'over') {
      notes.remove.push(one);
      noteDigest(row, notes, run, one.joined?.alertId);
    } else if (judged?.standing === 'under-way') {
      notes.keep.push({ watched: { ...one, resent: 0 }, lookAt: iso(judged.lookAtMs) });
    } else unclear.push(one);
  }
  if (unclear.length === 0) return;
  const alerts = await run.ports.stored.find(unclear.map(alertIdOf));
  const joiners = await run.ports.stored.rows(unclear.flatMap(({ joined }) => joined?.by ?? []));
  for (const one of unclear) {
    const routed = alerts.get(alertIdOf(one))?.routed;
    const row = rows.get(one.deliveryId);
    const open =
      one.sent !== undefined && !isTaken(one.sent, row)
        ? openSent(one, routed, row)
        : one.joined === undefined
          ? openDelivery(one, routed, rows)
          : openDigest(one, routed, rows, joiners.get(one.joined.by.deliveryId));
    await lookAtOverdue(one, open, notes, run);
  }
}

/** The alert that the message of a delivery carries. */
function alertIdOf({ alertId, joined, sent }: WatchedDelivery): string {
  return joined?.alertId ?? sent?.alertId ?? alertId;
}

type WatchedDelivery = Watched & { kind: 'delivery' };

/** A delivery that has not ended, and its next message. `hasEnded`: an earlier round of it has, by its row. */
type Open = { delivery: Delivery; message: DeliveryMessage; hasEnded?: boolean };

/**
 * A delivery that an operator sent, and that no worker has claimed since. Where its row says how an earlier round ended, it is sent
 * again once: a claim may have been refused for a reason that stands (a recipient who left), and the row has a state.
 */
function openSent(
  { sent, resent }: WatchedDelivery,
  routed: RoutedAlert | undefined,
  row: Delivery | undefined,
): Open | undefined {
  const hasEnded = row !== undefined && row.state !== 'pending' && row.state !== 'sending';
  if (sent === undefined || routed === undefined || (hasEnded && resent > 0)) return undefined;
  return { delivery: sentDelivery(sent), message: { ...sent.message, alert: routed.alert }, hasEnded };
}

/** Undefined once the retention has ended: nothing is left that could be sent, or asked for. */
function openDelivery(
  watched: WatchedDelivery,
  routed: RoutedAlert | undefined,
  rows: ReadonlyMap<string, Delivery>,
): Open | undefined {
  const planned = routed?.deliveries.find(({ id }) => id === watched.deliveryId);
  const delivery =
    rows.get(watched.deliveryId) ??
    (routed === undefined || planned === undefined ? undefined : plannedDelivery(planned, routed));
  return routed === undefined || delivery === undefined
    ? undefined
    : { delivery, message: nextMessage(routed, delivery) };
}

/** The same of a digest. Before its first attempt it has no row, and what joined it tells what it is. */
function openDigest(
  watched: WatchedDelivery,
  routed: RoutedAlert | undefined,
  rows: ReadonlyMap<string, Delivery>,
  joiner: Delivery | undefined,
): Open | undefined {
  const row = rows.get(watched.deliveryId);
  const member = row ?? joiner;
  if (routed === undefined || member === undefined) return undefined;
  const digest = row?.own_digest ?? (joiner && joinedDigest(joiner));
  // Its members may have moved on to another digest.
  if (digest?.id !== watched.alertId) return undefined;
  const message = nextDigestMessage(
    digest,
    addresseeOf(member),
    { alert: routed.alert, channel: member.channel },
    row,
  );
  return { delivery: row ?? unbegunDigest(digest, member), message };
}

/** Its row has not changed for too long, or it has none. */
async function lookAtOverdue(
  watched: WatchedDelivery,
  open: Open | undefined,
  notes: Notes,
  run: Run,
): Promise<void> {
  if (open === undefined) {
    notes.remove.push(watched);
    return;
  }
  const { delivery, message, hasEnded = false } = open;
  // Noted by a version that kept what is held among the others.
  if (isHeld(delivery) && watched.resent === 0) {
    notes.keep.push({ watched: watchedHeld(delivery), lookAt: iso(run.nowMs) });
    return;
  }
  const judged = judgeDelivery(delivery, run.nowMs);
  const overdueForMs = judged.standing === 'overdue' ? run.nowMs - judged.sinceMs : 0;
  const isLost =
    overdueForMs > LONGEST_WAIT_MS * (watched.resent + 1) ||
    (overdueForMs > 0 && (await run.isEmpty(delivery.channel)));
  const isSentAgain =
    isLost || (isDoubted(overdueForMs, watched.resent) && run.mayDoubt(delivery.destination_id));
  if (isSentAgain) (isLost && !hasEnded ? notes.resend : notes.doubted).push(message);
  const lookAtMs =
    judged.standing === 'under-way'
      ? judged.lookAtMs
      : run.nowMs + (isSentAgain ? OVERDUE_AFTER_MS : LOOK_AGAIN_MS);
  notes.keep.push({
    watched: { ...watched, resent: watched.resent + (isSentAgain ? 1 : 0) },
    lookAt: iso(lookAtMs),
  });
}
