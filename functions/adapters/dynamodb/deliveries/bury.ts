import type { DeliveryEnds } from '../../../core/watch/ports.ts';
import { updateIf } from '../update-if.ts';
import { letRowDecide } from './older-rows.ts';
import { constantsOf, type DeliveryTable, nowOf, rowKey } from './table.ts';

/** Ends a delivery whose message died; false where the row says more than the letter does. */
export async function bury(
  to: DeliveryTable,
  ...[message, reason]: Parameters<DeliveryEnds['bury']>
): Promise<boolean> {
  await letRowDecide(to, message);
  const nowAt = nowOf(to);
  return updateIf(
    to,
    rowKey(message),
    // A row that a later message has begun, or that has ended in this round, says more than this letter.
    [
      'attribute_not_exists(pk)',
      '(#state = :pending AND #round <= :round AND #attempt <= :attempt)',
      '(#state = :sending AND #round <= :round AND #attempt <= :attempt AND #lease_until < :now)',
      '(#state IN (:dead, :suppressed) AND #round < :round)',
    ].join(' OR '),
    {
      set: {
        state: 'dead',
        reason,
        attempt: message.attempt,
        round: message.round,
        updated_at: nowAt,
        claims: 0,
      },
      setOnce: constantsOf(to, message),
      remove: ['due_at', 'deferrals', 'deferred_since', 'lease_until', 'claim_token'],
      values: {
        ':pending': 'pending',
        ':sending': 'sending',
        ':dead': 'dead',
        ':suppressed': 'suppressed',
        ':now': nowAt,
      },
      names: ['lease_until'],
    },
  );
}
