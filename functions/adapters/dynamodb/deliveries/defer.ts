import type { DeliveryLog } from '../../../core/deliver/ports.ts';
import { updateIf } from '../update-if.ts';
import { claimCondition } from './claim.ts';
import { letRowDecide } from './older-rows.ts';
import { constantsOf, type DeliveryTable, nowOf, rowKey } from './table.ts';

/**
 * Writes into a delivery's row that its attempt waits: one update, by the holder of the claim, or by a worker to which
 * it would have been granted.
 */
export async function defer(
  to: DeliveryTable,
  ...[message, { reason, dueAt }, claimed]: Parameters<DeliveryLog['defer']>
): Promise<void> {
  await letRowDecide(to, message);
  const nowAt = nowOf(to);
  const condition =
    claimed === undefined
      ? claimCondition(message, nowAt)
      : {
          // The lease tells the claim from a later one of the same attempt.
          expression:
            '#state = :sending AND #attempt = :attempt AND #round = :round AND #lease_until = :lease',
          values: { ':sending': 'sending', ':lease': claimed.lease_until },
        };
  // When the condition fails the delivery has moved on; the message finds out where to.
  await updateIf(to, rowKey(message), condition.expression, {
    set: {
      state: 'pending',
      attempt: message.attempt,
      round: message.round,
      reason,
      due_at: dueAt,
      deferrals: message.deferrals,
      deferred_since: message.deferred_since,
      updated_at: nowAt,
      claims: 0,
    },
    setOnce: constantsOf(to, message),
    remove: ['lease_until', 'claim_token'],
    values: condition.values,
  });
}
