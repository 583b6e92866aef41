import type { DeliveryLog } from '../../../core/deliver/ports.ts';
import { readItem } from '../read-item.ts';
import { updateIf } from '../update-if.ts';
import { letRowDecide } from './older-rows.ts';
import { constantsOf, type DeliveryTable, nowOf, rowKey } from './table.ts';

/** Ends a delivery that is not to be made; false where it was delivered, is dead, or is told by a digest. */
export async function suppress(
  to: DeliveryTable,
  ...[message, reason, silence]: Parameters<DeliveryLog['suppress']>
): Promise<boolean> {
  await letRowDecide(to, message);
  const key = rowKey(message);
  const isEnded = await updateIf(to, key, 'attribute_not_exists(pk) OR #state IN (:pending, :sending)', {
    set: { state: 'suppressed', reason, silence, updated_at: nowOf(to) },
    setOnce: { ...constantsOf(to, message), attempt: 0, round: message.round },
    remove: ['due_at', 'deferrals', 'deferred_since', 'lease_until', 'claim_token'],
    values: { ':sending': 'sending', ':pending': 'pending' },
  });
  // Where the condition failed the row is final, perhaps by this very call, whose first answer was lost.
  return isEnded || (await readItem(to, key))?.['state'] === 'suppressed';
}
