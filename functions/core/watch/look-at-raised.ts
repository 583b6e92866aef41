import type { RoutedAlert } from '../model/wire/accepted-alerts.ts';
import type { Watched } from '../model/wire/watched.ts';
import { isDoubted, OVERDUE_AFTER_MS } from './judge-delivery.ts';
import { iso, LOOK_AGAIN_MS, type Notes, type Run } from './watch-run.ts';

type WatchedAlert = Watched & { kind: 'alert' };

/**
 * Looks at the alerts of a page of the watch list: system alerts, and those whose dead letter was moved back. One that a router
 * has stored is over: its deliveries are watched by themselves. One that is neither stored nor in the alerts queue has lost its
 * message, and is sent again: a system alert until it is stored, a redriven one once, because it is stored as dead.
 */
export async function lookAtRaised(page: readonly Watched[], notes: Notes, run: Run): Promise<void> {
  const raised = page.filter((watched) => watched.kind === 'alert');
  if (raised.length === 0) return;
  const stored = await run.ports.stored.find(raised.map(({ id }) => id));
  for (const watched of raised) {
    if (isOver(watched, stored.get(watched.id)?.routed)) notes.remove.push(watched);
    else await lookAtMissing(watched, notes, run);
  }
}

/** An alert that was dead before its letter was moved back is not over yet. One that died again has a letter again. */
function isOver({ redriven }: WatchedAlert, routed: RoutedAlert | undefined): boolean {
  if (redriven === undefined || routed === undefined) return routed !== undefined;
  return routed.routing !== 'dead' || routed.routed_at > redriven.at;
}

async function lookAtMissing(watched: WatchedAlert, notes: Notes, run: Run): Promise<void> {
  const { alert, resent, redriven } = watched;
  if (redriven !== undefined && resent > 0) {
    notes.remove.push(watched);
    return;
  }
  const overdueForMs = run.nowMs - Date.parse(redriven?.at ?? alert.received_at) - OVERDUE_AFTER_MS;
  const isRaisedAgain =
    overdueForMs > 0 &&
    ((await run.isEmpty('alerts')) || (isDoubted(overdueForMs, resent) && run.mayDoubt('alerts')));
  if (isRaisedAgain) {
    if (redriven === undefined) notes.raise.push(alert);
    else notes.redrive.push({ ...redriven.request, alerts: [alert], is_repeat: true });
  }
  notes.keep.push({
    watched: { ...watched, resent: resent + (isRaisedAgain ? 1 : 0) },
    lookAt: iso(run.nowMs + (isRaisedAgain ? OVERDUE_AFTER_MS : LOOK_AGAIN_MS)),
  });
}
