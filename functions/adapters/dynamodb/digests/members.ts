import type { DeliveryMessage, DeliveryState } from '../../../core/model/wire/delivery.ts';
import type { DigestPlace } from '../../../core/model/wire/digest.ts';
import type { Clock } from '../../../core/world.ts';
import type { DigestMembers, Membership } from '../../../core/deliver/ports.ts';
import { claimCondition } from '../deliveries/claim.ts';
import type { DynamodbClient } from '../client.ts';
import { conditionHeld } from '../conditions.ts';
import { expiryOf } from '../expiry.ts';
import { deliveryKey } from '../keys.ts';
import { constantAttributes } from '../deliveries/row.ts';
import { updateOf } from '../update-expression.ts';

/**
 * A delivery's place in a digest, in the delivery's own row: `state: digested`, `digest_id`, `digest_page`. Beside them
 * stands what the digest is, `digest_kind` and `digest_opened_at`, for whoever reads the row alone.
 */
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

    join: async (message, digest, page) => {
      const condition = claimCondition(message, now(), 'digest');
      const isJoined = await conditionHeld(
        client.call('UpdateItem', {
          TableName: table,
          Key: keyOf(message),
          ...updateOf({
            set: {
              state: 'digested',
              digest_id: digest.id,
              digest_page: page,
              digest_kind: digest.kind,
              digest_opened_at: digest.opened_at,
              due_at: digest.closes_at,
              attempt: message.attempt,
              round: message.round,
              updated_at: now(),
            },
            setOnce: constantAttributes(message, expiryOf({ clock, retentionDays })),
            remove: ['reason', 'deferrals', 'deferred_since', 'lease_until', 'claim_token'],
            values: condition.values,
          }),
          ConditionExpression: condition.expression,
        }),
      );
      return isJoined ? { membership: 'digested', place: { digestId: digest.id, page } } : find(message);
    },

    move: async (message, from, page) => {
      const isMoved = await conditionHeld(
        client.call('UpdateItem', {
          TableName: table,
          Key: keyOf(message),
          ...updateOf({
            set: { digest_page: page, updated_at: now() },
            names: ['state', 'round', 'digest_id'],
            values: placeValues(message, from),
          }),
          ConditionExpression: IS_IN_PLACE,
        }),
      );
      return isMoved ? { membership: 'digested', place: { ...from, page } } : find(message);
    },

    leave: async (message, from) => {
      // When the condition fails somebody else has moved it, which is what was wanted.
      await conditionHeld(
        client.call('UpdateItem', {
          TableName: table,
          Key: keyOf(message),
          ...updateOf({
            set: { state: 'pending', attempt: message.attempt - 1, updated_at: now() },
            remove: ['digest_id', 'digest_page', 'digest_kind', 'digest_opened_at', 'due_at'],
            names: ['round'],
            values: placeValues(message, from),
          }),
          ConditionExpression: IS_IN_PLACE,
        }),
      );
    },
  };
}

/** The row names this place, and no other. */
const IS_IN_PLACE =
  '#state = :digested AND #round = :round AND #digest_id = :from_id AND #digest_page = :from_page';

function placeValues({ round }: DeliveryMessage, { digestId, page }: DigestPlace) {
  return { ':digested': 'digested', ':round': round, ':from_id': digestId, ':from_page': page };
}
