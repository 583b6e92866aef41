import type { Delivery } from '../model/wire/delivery.ts';

/**
 * How long after its lease, or after the time of its next attempt, a delivery may stand still: a message of a worker
 * that died is hidden for six minutes (cdk/timings.ts), one that failed for reasons of ours for fifteen at most
 * (`failed-receive.ts`), and each hop of one that waits for a breaker takes fifteen.
 */
export const OVERDUE_AFTER_MS = 20 * 60_000;
/** The shortest time until the next look: a row that has just changed is not looked at. */
const LOOK_AGAIN_MS = 60_000;

/**
 * `over`: nothing more is to come by itself. `under-way`: look again at that time. `overdue`: its message should have
 * moved it on, and has not; it lies in a queue still, or it is lost.
 */
type Standing =
  | { standing: 'over' }
  | { standing: 'under-way'; lookAtMs: number }
  | { standing: 'overdue'; sinceMs: number };

/** How a delivery stands, by its row; one that was planned and not begun is `pending` since it was planned. */
export function judgeDelivery(delivery: Delivery, nowMs: number): Standing {
  if (delivery.state !== 'pending' && delivery.state !== 'sending') {
    return { standing: 'over' };
  }
  const untilMs = heldUntilMs(delivery);
  if (untilMs !== undefined && nowMs < untilMs) return { standing: 'under-way', lookAtMs: untilMs };
  const sinceMs = expectedMs(delivery);
  const overdueMs = sinceMs + OVERDUE_AFTER_MS;
  return nowMs >= overdueMs
    ? { standing: 'overdue', sinceMs }
    : { standing: 'under-way', lookAtMs: Math.max(overdueMs, nowMs + LOOK_AGAIN_MS) };
}

/** When a delivery that is not begun is to be sent, where its route holds it. */
function heldUntilMs(delivery: Delivery): number | undefined {
  return isHeld(delivery) ? Date.parse(delivery.due_at ?? '') : undefined;
}

/** Whether a route holds it: it has no message before its time has come. */
export function isHeld({ state, reason, attempt }: Pick<Delivery, 'state' | 'reason' | 'attempt'>): boolean {
  return state === 'pending' && reason === 'outside-interval' && attempt === 0;
}

/** When the row should have changed at the latest. */
export function expectedMs({
  updated_at: updatedAt,
  due_at: dueAt,
  lease_until: leaseUntil,
}: Pick<Delivery, 'updated_at' | 'due_at' | 'lease_until'>): number {
  return Math.max(
    ...[updatedAt, dueAt, leaseUntil].map((instant) => (instant === undefined ? 0 : Date.parse(instant))),
  );
}

/**
 * Whether the message of an overdue delivery is doubted although its queue holds messages: it may be among them, and it
 * may be lost. Sending it once more is harmless, since a claim takes one of two, and it costs a message of a queue that
 * may be behind, so it is done after 20, 40, 80, 160 minutes and so on. The same goes for a system alert, which a router
 * stores once.
 */
export function isDoubted(overdueForMs: number, resent: number): boolean {
  return overdueForMs >= OVERDUE_AFTER_MS * 2 ** resent;
}
