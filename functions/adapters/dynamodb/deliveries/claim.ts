import type { DeliveryMessage } from '../../../core/model/wire/delivery.ts';
import type { Item } from '../pages.ts';

/**
 * No lease given now ends later: 25 s, and a minute for clocks that differ. One that does was given before the clock
 * jumped back; it is over, or a dead worker's delivery would be held until the clock is where it was.
 */
const LONGEST_LEASE_MS = 85_000;

/**
 * Whom the attempt of a message is granted to: for a new delivery, for an attempt later than the last, for the same
 * attempt when it was put back or its worker's lease ran out, and in a new round for what ended without being
 * delivered: a redriven dead letter, a replay. What was delivered is sent again only by a message that says so.
 * A digest takes the same, but what a worker has begun: that may have been sent.
 *
 * Of two messages of one attempt the one that was put back more often is the later; the other is overtaken. Only an
 * attempt that waits has `deferrals` in a pending row: a record removes it.
 */
export function claimCondition(message: DeliveryMessage, nowAt: string, by: 'worker' | 'digest' = 'worker') {
  const isAgain = message.is_again === true;
  return {
    expression: [
      'attribute_not_exists(pk)',
      '(#state IN (:pending, :sending) AND #attempt < :attempt)',
      '(#state = :pending AND #attempt = :attempt AND #deferrals <= :times)',
      ...(by === 'worker'
        ? [
            '(#state = :sending AND #attempt = :attempt AND (#lease_until < :now OR #lease_until > :latest) AND (attribute_not_exists(#deferrals) OR #deferrals <= :times))',
          ]
        : []),
      '(#state IN (:dead, :suppressed, :digested) AND #round < :round)',
      ...(isAgain ? ['(#state = :delivered AND #round < :round)'] : []),
    ].join(' OR '),
    values: {
      ':sending': 'sending',
      ':pending': 'pending',
      ':dead': 'dead',
      ':suppressed': 'suppressed',
      ':digested': 'digested',
      ...(isAgain && { ':delivered': 'delivered' }),
      ':times': message.deferrals ?? 0,
      ...(by === 'worker' && {
        ':now': nowAt,
        ':latest': new Date(Date.parse(nowAt) + LONGEST_LEASE_MS).toISOString(),
      }),
    } satisfies Item,
  };
}
