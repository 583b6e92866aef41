import type { Watched } from '../model/wire/watched.ts';
import { isDoubted, OVERDUE_AFTER_MS } from './judge-delivery.ts';
import { iso, LOOK_AGAIN_MS, type Notes, type Run } from './watch-run.ts';

/**
 * Looks at the system alerts of a page of the watch list. One that a router has stored is over: its deliveries are
 * watched by themselves. One that is neither stored nor in the alerts queue has lost its message, and is raised again.
 */
export async function lookAtRaised(page: readonly Watched[], notes: Notes, run: Run): Promise<void> {
  const raised = page.filter((watched) => watched.kind === 'alert');
  if (raised.length === 0) return;
  const stored = await run.ports.stored.find(raised.map(({ id }) => id));
  for (const watched of raised) {
    if (stored.has(watched.id)) notes.remove.push(watched);
    else await lookAtMissing(watched, notes, run);
  }
}

async function lookAtMissing(watched: Watched & { kind: 'alert' }, notes: Notes, run: Run): Promise<void> {
  const { alert, resent } = watched;
  const overdueForMs = run.nowMs - Date.parse(alert.received_at) - OVERDUE_AFTER_MS;
  const isRaisedAgain =
    overdueForMs > 0 &&
    ((await run.isEmpty('alerts')) || (isDoubted(overdueForMs, resent) && run.mayDoubt('alerts')));
  if (isRaisedAgain) notes.raise.push(alert);
  notes.keep.push({
    watched: { ...watched, resent: resent + (isRaisedAgain ? 1 : 0) },
    lookAt: iso(run.nowMs + (isRaisedAgain ? OVERDUE_AFTER_MS : LOOK_AGAIN_MS)),
  });
}
