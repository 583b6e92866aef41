import type { Clock } from '../../../core/world.ts';
import { takeBack } from '../../../core/deliver/story/tell.ts';
import type { DeliveryEnds } from '../../../core/watch/ports.ts';
import type { DynamodbClient } from '../client.ts';
import { conditionHeld } from '../conditions.ts';
import { expiryOf } from '../expiry.ts';
import { deliveryKey } from '../keys.ts';
import { dynamodbStories } from '../stories.ts';
import { constantAttributes, readDelivery } from './row.ts';
import { updateOf } from '../update-expression.ts';

type Parts = { client: DynamodbClient; table: string; clock: Clock; retentionDays: number };

/** Ends of deliveries that no attempt led to, because their message died. */
export function dynamodbDeliveryEnds({ client, table, clock, retentionDays }: Parts): DeliveryEnds {
  const stories = dynamodbStories({ client, table, clock });
  const find: DeliveryEnds['find'] = async ({ alertId, deliveryId }) => {
    const { Item } = await client.call('GetItem', {
      TableName: table,
      Key: deliveryKey({ alert_id: alertId, id: deliveryId }),
      ConsistentRead: true,
    });
    return Item === undefined ? undefined : readDelivery(Item);
  };

  return {
    find,

    bury: async (message, reason) => {
      const nowAt = new Date(clock.now()).toISOString();
      const isBuried = await conditionHeld(
        client.call('UpdateItem', {
          TableName: table,
          Key: deliveryKey({ alert_id: message.alert_id, id: message.delivery_id }),
          ...updateOf({
            set: {
              state: 'dead',
              reason,
              attempt: message.attempt,
              round: message.round,
              updated_at: nowAt,
              claims: 0,
            },
            setOnce: constantAttributes(message, expiryOf({ clock, retentionDays })),
            remove: ['due_at', 'deferrals', 'deferred_since', 'lease_until', 'claim_token'],
            values: {
              ':pending': 'pending',
              ':sending': 'sending',
              ':dead': 'dead',
              ':suppressed': 'suppressed',
              ':now': nowAt,
            },
            names: ['lease_until'],
          }),
          // What a later message has begun, and what has ended in this round, says more than this letter.
          ConditionExpression: [
            'attribute_not_exists(pk)',
            '(#state = :pending AND #round <= :round AND #attempt <= :attempt)',
            '(#state = :sending AND #round <= :round AND #attempt <= :attempt AND #lease_until < :now)',
            '(#state IN (:dead, :suppressed) AND #round < :round)',
          ].join(' OR '),
        }),
      );
      // Its story says that it is told. A row that says more than the letter may say so with right.
      const ids = { alertId: message.alert_id, deliveryId: message.delivery_id };
      if (isBuried || (await find(ids))?.state === 'dead') await takeBack(message, undefined, stories);
    },
  };
}
