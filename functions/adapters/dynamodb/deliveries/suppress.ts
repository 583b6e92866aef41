import type { DeliveryLog } from '../../../core/deliver/ports.ts';
import { updateIf } from '../update-if.ts';
import { constantsOf, type DeliveryTable, nowOf, rowKey } from './table.ts';

/** Ends a delivery that nobody is to get. */
export async function suppress(
  to: DeliveryTable,
  ...[message, reason, silence]: Parameters<DeliveryLog['suppress']>
): Promise<void> {
  await to.tally?.close(message);
  // When the condition fails the row is final already, which is what was wanted.
  await updateIf(to, rowKey(message), 'attribute_not_exists(pk) OR #state IN (:pending, :sending)', {
    set: { state: 'suppressed', reason, silence, updated_at: nowOf(to) },
    setOnce: { ...constantsOf(to, message), attempt: 0, round: message.round },
    remove: ['due_at', 'deferrals', 'deferred_since', 'lease_until', 'claim_token'],
    values: { ':sending': 'sending', ':pending': 'pending' },
  });
}
