import type { Attempt, Delivery, DeliveryState } from '../../../core/model/wire/delivery.ts';
import type { Item } from '../pages.ts';
import { updateIf } from '../update-if.ts';
import { readDelivery } from './row.ts';
import { type DeliveryTable, keyOfDelivery, nowOf } from './table.ts';
import { readItem } from '../read-item.ts';

/** The fields that a record sets. */
export function outcomeOf(
  to: DeliveryTable,
  delivery: Delivery,
  attempt: Attempt,
  state: DeliveryState,
): Item {
  return {
    state,
    updated_at: nowOf(to),
    reason: state === 'delivered' ? undefined : attempt.reason,
    due_at: state === 'pending' ? attempt.next_due_at : undefined,
    body_sha256: delivery.body_sha256,
    deferrals: undefined,
    deferred_since: undefined,
    claims: 0,
  };
}

/** Records an attempt in the row that its claim holds; in one that has moved on it is added to the list. */
export async function recordAttempt(
  to: DeliveryTable,
  delivery: Delivery,
  attempt: Attempt,
  state: DeliveryState,
): Promise<void> {
  const key = keyOfDelivery(delivery);
  const outcome = outcomeOf(to, delivery, attempt, state);
  const isRecorded = await updateIf(
    to,
    key,
    '#state = :sending AND #attempt = :attempt AND #round = :round',
    {
      set: outcome,
      remove: ['lease_until', 'claim_token'],
      append: { attempts: attempt },
      values: { ':sending': 'sending', ':attempt': delivery.attempt, ':round': delivery.round },
      names: ['attempt', 'round'],
    },
  );
  if (isRecorded) return;

  // The row moved on, or this is our own repetition of a call whose answer was lost.
  const row = await readItem(to, key);
  if (row === undefined || hasAttempt(row, attempt)) return;
  await updateIf(to, key, 'attribute_exists(pk)', {
    // Delivered is delivered, whatever another worker thinks: it saves the attempts that are still to come.
    set: state === 'delivered' ? outcome : {},
    append: { attempts: attempt },
  });
}

function hasAttempt(row: Item, attempt: Attempt): boolean {
  return readDelivery(row).attempts.some(
    ({ number, started_at }) => number === attempt.number && started_at === attempt.started_at,
  );
}
