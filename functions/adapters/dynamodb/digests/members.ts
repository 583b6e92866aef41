import type { DeliveryMessage, DeliveryState } from '../../../core/model/wire/delivery.ts';
import type { Clock } from '../../../core/world.ts';
import type { DigestMembers, Membership } from '../../../core/deliver/ports.ts';
import { claimCondition } from '../deliveries/claim.ts';
import type { DynamodbClient } from '../client.ts';
import { conditionHeld } from '../conditions.ts';
import { expiryOf } from '../expiry.ts';
import { deliveryKey } from '../keys.ts';
import { constantAttributes } from '../deliveries/row.ts';
import { updateOf } from '../update-expression.ts';

/** A delivery's place in a digest, in the delivery's own row: `state: digested`, `digest_id`, `digest_page`. */
export function dynamodbDigestMembers({
  client,
  table,
  clock,
  retentionDays,
}: {
  client: DynamodbClient;
  table: string;
  clock: Clock;
  retentionDays: number;
}): DigestMembers {
  const keyOf = (message: DeliveryMessage) =>
    deliveryKey({ alert_id: message.alert_id, id: message.delivery_id });
  const now = () => new Date(clock.now()).toISOString();

  async function find(message: DeliveryMessage): Promise<Membership> {
    const { Item: row } = await client.call('GetItem', {
      TableName: table,
      Key: keyOf(message),
      ConsistentRead: true,
    });
    if (row === undefined) return { membership: 'none' };
    // What a later round made of it is not this message's business: its claim will say "settled".
    return row['state'] === 'digested' && row['round'] === message.round
      ? {
          membership: 'digested',
          place: { digestId: String(row['digest_id']), page: Number(row['digest_page']) },
        }
      : { membership: 'none', state: row['state'] as DeliveryState };
  }

  return {
    find,

    join: async (message, place, closesAt, from) => {
      const condition =
        from === undefined
          ? claimCondition(message, now(), 'digest')
          : {
              expression:
                '#state = :digested AND #round = :round AND #digest_id = :from_id AND #digest_page = :from_page',
              values: { ':digested': 'digested', ':from_id': from.digestId, ':from_page': from.page },
            };
      const isJoined = await conditionHeld(
        client.call('UpdateItem', {
          TableName: table,
          Key: keyOf(message),
          ...updateOf({
            set: {
              state: 'digested',
              digest_id: place.digestId,
              digest_page: place.page,
              round: message.round,
              updated_at: now(),
              ...(from === undefined && { attempt: message.attempt, due_at: closesAt }),
            },
            setOnce: constantAttributes(message, expiryOf({ clock, retentionDays })),
            ...(from === undefined && {
              remove: ['reason', 'deferrals', 'deferred_since', 'lease_until', 'claim_token'],
            }),
            values: condition.values,
          }),
          ConditionExpression: condition.expression,
        }),
      );
      return isJoined ? { membership: 'digested', place } : find(message);
    },

    leave: async (message, from) => {
      // When the condition fails somebody else has moved it, which is what was wanted.
      await conditionHeld(
        client.call('UpdateItem', {
          TableName: table,
          Key: keyOf(message),
          ...updateOf({
            set: { state: 'pending', attempt: message.attempt - 1, updated_at: now() },
            remove: ['digest_id', 'digest_page', 'due_at'],
            values: {
              ':digested': 'digested',
              ':round': message.round,
              ':from_id': from.digestId,
              ':from_page': from.page,
            },
            names: ['round'],
          }),
          ConditionExpression:
            '#state = :digested AND #round = :round AND #digest_id = :from_id AND #digest_page = :from_page',
        }),
      );
    },
  };
}
