import {
  isAttemptOf,
  isGranted,
  isHeld,
  isOpen,
  isStillClaimed,
} from '../../../functions/core/deliver/claim.ts';
import type { DeliveryLog } from '../../../functions/core/deliver/ports.ts';
import type { Delivery, DeliveryMessage } from '../../../functions/core/model/wire/delivery.ts';
import type { Clock } from '../../../functions/core/world.ts';

/**
 * The rows of deliveries in memory. What a row grants, and what may be written into it, say the rules of `claim.ts`;
 * test/contracts/deliveries.test.ts holds the answers and the rows against the table's.
 */
export function memoryDeliveries(clock: Clock) {
  const rows = new Map<string, Delivery>();
  /** Claims since the last record, by delivery. */
  const claims = new Map<string, number>();
  const now = () => new Date(clock.now()).toISOString();

  /** Writes a row with what an undefined value removes from it. */
  function write(id: string, row: Delivery, changes: Partial<Record<keyof Delivery, unknown>>): Delivery {
    const written = Object.fromEntries(
      Object.entries({ ...row, ...changes }).filter(([, value]) => value !== undefined),
    ) as Delivery;
    rows.set(id, written);
    return written;
  }

  const firstRow = (message: DeliveryMessage): Delivery => ({
    id: message.delivery_id,
    alert_id: message.alert_id,
    destination_id: message.destination_id,
    channel: message.channel,
    state: 'pending',
    attempt: 0,
    round: message.round,
    created_at: message.created_at,
    updated_at: now(),
    attempts: [],
    ...(message.recipient !== undefined && { recipient: message.recipient }),
    ...(message.is_test !== undefined && { is_test: message.is_test }),
    ...(message.digest !== undefined && { own_digest: message.digest }),
  });

  const log: DeliveryLog = {
    claim: async (message, leaseUntil) => {
      const id = message.delivery_id;
      const row = rows.get(id);
      if (row !== undefined && !isGranted(row, message, now())) {
        return isHeld(row, message, now()) ? { claim: 'busy' } : { claim: 'settled', state: row.state };
      }
      const count = (claims.get(id) ?? 0) + 1;
      claims.set(id, count);
      const delivery = write(id, row ?? firstRow(message), {
        state: 'sending',
        attempt: message.attempt,
        round: message.round,
        lease_until: leaseUntil,
        deferrals: message.deferrals,
        updated_at: now(),
        reason: undefined,
        due_at: undefined,
      });
      return { claim: 'granted', delivery, claims: count };
    },

    record: async (delivery, attempt, state) => {
      const row = rows.get(delivery.id);
      if (row === undefined) return;
      const outcome = {
        state,
        updated_at: now(),
        reason: state === 'delivered' ? undefined : attempt.reason,
        due_at: state === 'pending' ? attempt.next_due_at : undefined,
        body_sha256: delivery.body_sha256,
        deferrals: undefined,
        deferred_since: undefined,
      };
      const attempts = [...row.attempts, attempt];
      if (isAttemptOf(row, delivery)) {
        claims.delete(delivery.id);
        write(delivery.id, row, { ...outcome, attempts, lease_until: undefined });
      } else if (
        !row.attempts.some(
          ({ number, started_at: at }) => number === attempt.number && at === attempt.started_at,
        )
      ) {
        if (state === 'delivered') claims.delete(delivery.id);
        write(delivery.id, row, { ...(state === 'delivered' && outcome), attempts });
      }
    },

    defer: async (message, { reason, dueAt }, claimed) => {
      const id = message.delivery_id;
      const row = rows.get(id);
      const may =
        claimed === undefined
          ? isGranted(row, message, now())
          : row !== undefined && isStillClaimed(row, claimed);
      if (!may) return;
      claims.delete(id);
      write(id, row ?? firstRow(message), {
        state: 'pending',
        attempt: message.attempt,
        round: message.round,
        reason,
        due_at: dueAt,
        deferrals: message.deferrals,
        deferred_since: message.deferred_since,
        updated_at: now(),
        lease_until: undefined,
      });
    },

    suppress: async (message, reason) => {
      const row = rows.get(message.delivery_id);
      if (row !== undefined && !isOpen(row)) return row.state === 'suppressed';
      write(message.delivery_id, row ?? firstRow(message), {
        state: 'suppressed',
        reason,
        updated_at: now(),
        due_at: undefined,
        deferrals: undefined,
        deferred_since: undefined,
        lease_until: undefined,
      });
      return true;
    },
  };
  return { log, rows };
}
