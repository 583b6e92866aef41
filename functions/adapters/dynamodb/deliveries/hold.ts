import type { Holds } from '../../../core/watch/ports.ts';
import { updateIf } from '../update-if.ts';
import { letRowDecide } from './older-rows.ts';
import { constantsOf, type DeliveryTable, nowOf, rowKey } from './table.ts';

/** Writes until when a delivery is held that no attempt was begun of; any other row stays as it is. */
export async function hold(to: DeliveryTable, ...[message, until]: Parameters<Holds['hold']>): Promise<void> {
  await letRowDecide(to, message);
  await updateIf(
    to,
    rowKey(message),
    'attribute_not_exists(pk) OR (#state = :pending AND #attempt = :none)',
    {
      set: {
        state: 'pending',
        attempt: 0,
        round: message.round,
        reason: 'outside-interval',
        due_at: until,
        updated_at: nowOf(to),
      },
      setOnce: constantsOf(to, message),
      values: { ':pending': 'pending', ':none': 0 },
    },
  );
}
