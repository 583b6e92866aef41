import type { RoutedAlert } from '../model/wire/accepted-alerts.ts';
import { alertIdsOf, type AcceptedRequest } from '../model/wire/accepted-request.ts';
import { plannedDelivery, type Delivery } from '../model/wire/delivery.ts';
import { watchedDelivery, watchedRequest, type Watched } from '../model/wire/watched.ts';
import { lostRequestAlert } from '../system-alerts/message-lost.ts';
import { isHeld, judgeDelivery, OVERDUE_AFTER_MS } from './judge-delivery.ts';
import { holdOrRelease } from './look-at-held.ts';
import { iso, LOOK_AGAIN_MS, noteDigest, type Notes, type Run, tell } from './watch-run.ts';

const ALERTS_AT_ONCE = 200;
/** A lost request is still looked at: its sender may come again, or an operator may mend it. */
const LOOK_AT_LOST_MS = 3_600_000;

/** A request, and what the watch list says of it where it stands there. */
type Look = { request: AcceptedRequest; watched?: Watched & { kind: 'request' } };

/** So many requests at once as have some two hundred alerts, which are read together. */
export async function lookAtRequests(looks: readonly Look[], notes: Notes, run: Run): Promise<void> {
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
  const found = group.map((look) => ({ look, missing: Array.of<string>(), isDead: false }));
  const all = ids.flatMap((some, index) => some.map((id) => ({ id, of: found[index]! })));
  for (let start = 0; start < all.length; start += ALERTS_AT_ONCE) {
    const some = all.slice(start, start + ALERTS_AT_ONCE);
    const stored = await run.ports.stored.find(some.map(({ id }) => id));
    for (const { id, of } of some) {
      const one = stored.get(id);
      if (one === undefined) of.missing.push(id);
      else if (one.routed.routing === 'dead') of.isDead = true;
      else await noteOpen(one.routed, one.rows, notes, run);
    }
  }
  for (const one of found) await concludeRequest(one, notes, run);
}

/** The request is over once every alert of it is stored by a router; then each open delivery is watched by itself. */
async function concludeRequest(
  { look: { request, watched }, missing, isDead }: { look: Look; missing: string[]; isDead: boolean },
  notes: Notes,
  run: Run,
): Promise<void> {
  if (missing.length === 0 && !isDead) {
    if (watched !== undefined) notes.remove.push(watched);
    return;
  }
  const waitedMs = run.nowMs - Date.parse(request.receivedAt);
  const isLost =
    missing.length > 0 &&
    (watched?.isLost === true || (waitedMs > OVERDUE_AFTER_MS && (await run.isEmpty('alerts'))));
  if (isLost && watched?.isLost !== true) {
    // Before it is noted: a run that dies in between tells of it again, under the same id.
    await tell(lostRequestAlert(request, missing, run.nowMs, run.ports.tenantId), run.ports.alerts);
    run.result.lost.push(request);
  }
  const again = isLost || isDead ? LOOK_AT_LOST_MS : LOOK_AGAIN_MS;
  notes.keep.push({ watched: watchedRequest(request, isLost), lookAt: iso(run.nowMs + again) });
}

async function noteOpen(
  routed: RoutedAlert,
  rows: readonly Delivery[],
  notes: Notes,
  run: Run,
): Promise<void> {
  const byId = new Map(rows.map((row) => [row.id, row]));
  for (const planned of routed.deliveries) {
    const delivery = byId.get(planned.id) ?? plannedDelivery(planned, routed);
    const judged = judgeDelivery(delivery, run.nowMs);
    if (judged.standing === 'over') {
      noteDigest(delivery, notes, run);
      continue;
    }
    if (isHeld(delivery)) {
      await holdOrRelease(routed, delivery, notes, run);
      continue;
    }
    const lookAtMs = judged.standing === 'under-way' ? judged.lookAtMs : run.nowMs;
    notes.keep.push({ watched: watchedDelivery(delivery), lookAt: iso(lookAtMs) });
  }
}
