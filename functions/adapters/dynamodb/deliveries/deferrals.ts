import type { DeliveryMessage } from '../../../core/model/wire/delivery.ts';
import type { Clock } from '../../../core/world.ts';
import type { DeliveryLog } from '../../../core/deliver/ports.ts';
import { claimCondition } from './claim.ts';
import type { DynamodbClient } from '../client.ts';
import { conditionHeld } from '../conditions.ts';
import { deliveryKey } from '../keys.ts';
import type { Item } from '../pages.ts';
import { updateOf } from '../update-expression.ts';

/**
 * Writes into a delivery's row that its attempt waits: one update, by the holder of the claim, or by whoever would
 * have been granted it.
 */
export function dynamodbDeferrals({
  client,
  table,
  clock,
  constants,
}: {
  client: DynamodbClient;
  table: string;
  clock: Clock;
  /** What the first write of a row sets. */
  constants: (message: DeliveryMessage) => Item;
}): DeliveryLog['defer'] {
  return async (message, { reason, dueAt }, claimed) => {
    const nowAt = new Date(clock.now()).toISOString();
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
    await conditionHeld(
      client.call('UpdateItem', {
        TableName: table,
        Key: deliveryKey({ alert_id: message.alert_id, id: message.delivery_id }),
        ...updateOf({
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
          setOnce: constants(message),
          remove: ['lease_until', 'claim_token'],
          values: condition.values,
        }),
        ConditionExpression: condition.expression,
      }),
    );
  };
}
