import { type Claimant, latestLease } from '../../../core/deliver/claim.ts';
import type { DeliveryMessage } from '../../../core/model/wire/delivery.ts';
import type { Item } from '../pages.ts';

/** `isGranted` of `core/deliver/claim.ts` as a condition of the table. */
export function claimCondition(message: DeliveryMessage, nowAt: string, by: Claimant = 'worker') {
  const isAgain = message.is_again === true;
  const granting = [
    '(#state IN (:pending, :sending) AND #attempt < :attempt)',
    '(#state = :pending AND #attempt = :attempt AND #deferrals <= :times)',
    ...(by === 'worker'
      ? [
          '(#state = :sending AND #attempt = :attempt AND (#lease_until < :now OR #lease_until > :latest) AND (attribute_not_exists(#deferrals) OR #deferrals <= :times))',
        ]
      : []),
    '(#state IN (:dead, :suppressed, :digested) AND #round < :round)',
    ...(isAgain ? ['(#state = :delivered AND #round < :round)'] : []),
  ].join(' OR ');
  return {
    expression: `attribute_not_exists(pk) OR ${granting}`,
    /** The same of a row that is there. */
    granting,
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
        ':latest': latestLease(nowAt),
      }),
    } satisfies Item,
  };
}
