import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Attempt, Delivery, DeliveryMessage, DeliveryState } from '../core/model/delivery.ts';
import type { Claim, Clock, DeliveryLog } from '../core/ports.ts';
import { conditionHeld, isConditionFailed } from './dynamodb-conditions.ts';
import { constantAttributes, deliveryKey, readDelivery } from './dynamodb-delivery-items.ts';
import type { Item } from './dynamodb-pages.ts';
import { updateOf } from './dynamodb-update-expression.ts';

/** Waits between the tries of a record: losing one means a delivery that was made is made again. */
const RECORD_BACKOFF_MS = [50, 200];

/**
 * One row per delivery, changed by single conditional updates.
 *
 * A claim is granted for a new delivery, for an attempt later than the last, for the same attempt when its worker's
 * lease ran out, and in a new round for what ended without being delivered: a redriven dead letter, a replay. What
 * was delivered is sent again only by a message that says so. Everything else is somebody else's, or done.
 */
export function dynamodbDeliveryLog({
  client,
  table,
  clock,
  retentionDays,
  wait = sleep,
}: {
  client: DynamoDBDocumentClient;
  table: string;
  clock: Clock;
  retentionDays: number;
  wait?: (ms: number) => Promise<unknown>;
}): DeliveryLog {
  const now = () => new Date(clock.now()).toISOString();
  const constants = (message: DeliveryMessage) =>
    constantAttributes(message, Math.ceil(clock.now() / 1_000) + retentionDays * 86_400);

  async function read(key: Item): Promise<Item | undefined> {
    const { Item } = await client.send(new GetCommand({ TableName: table, Key: key, ConsistentRead: true }));
    return Item;
  }

  async function claim(message: DeliveryMessage, leaseUntil: string): Promise<Claim> {
    const key = deliveryKey({ alert_id: message.alert_id, id: message.delivery_id });
    const nowAt = now();
    // The SDK repeats a call whose answer was lost: by its token a claim knows itself again.
    const token = randomUUID();
    try {
      const { Attributes = {} } = await client.send(
        new UpdateCommand({
          TableName: table,
          Key: key,
          ...updateOf({
            set: {
              state: 'sending',
              attempt: message.attempt,
              round: message.round,
              lease_until: leaseUntil,
              claim_token: token,
              updated_at: nowAt,
            },
            setOnce: constants(message),
            increment: ['claims'],
            remove: ['reason', 'due_at'],
            values: {
              ':sending': 'sending',
              ':pending': 'pending',
              ':dead': 'dead',
              ':suppressed': 'suppressed',
              ...(message.is_again === true && { ':delivered': 'delivered' }),
              ':now': nowAt,
            },
          }),
          ConditionExpression: [
            'attribute_not_exists(pk)',
            '(#state IN (:pending, :sending) AND #attempt < :attempt)',
            '(#state = :sending AND #attempt = :attempt AND #lease_until < :now)',
            '(#state IN (:dead, :suppressed) AND #round < :round)',
            ...(message.is_again === true ? ['(#state = :delivered AND #round < :round)'] : []),
          ].join(' OR '),
          ReturnValues: 'ALL_NEW',
        }),
      );
      return { claim: 'granted', delivery: readDelivery(Attributes), claims: claimsOf(Attributes) };
    } catch (error) {
      if (!isConditionFailed(error)) throw error;
    }
    const row = await read(key);
    // Expired between the two calls: the message comes back and finds no row.
    if (row === undefined) return { claim: 'busy' };
    const delivery = readDelivery(row);
    if (row['claim_token'] === token) return { claim: 'granted', delivery, claims: claimsOf(row) };
    const isHeld =
      delivery.state === 'sending' &&
      delivery.attempt === message.attempt &&
      delivery.round === message.round &&
      (delivery.lease_until ?? '') >= nowAt;
    return isHeld ? { claim: 'busy' } : { claim: 'settled', state: delivery.state };
  }

  async function recordOnce(delivery: Delivery, attempt: Attempt, state: DeliveryState): Promise<void> {
    const key = deliveryKey(delivery);
    const outcome = {
      state,
      updated_at: now(),
      reason: state === 'delivered' ? undefined : attempt.reason,
      due_at: state === 'pending' ? attempt.next_due_at : undefined,
      body_sha256: delivery.body_sha256,
      claims: 0,
    };
    const isRecorded = await conditionHeld(
      client.send(
        new UpdateCommand({
          TableName: table,
          Key: key,
          ...updateOf({
            set: outcome,
            remove: ['lease_until', 'claim_token'],
            append: { attempts: attempt },
            values: { ':sending': 'sending', ':attempt': delivery.attempt, ':round': delivery.round },
            names: ['attempt', 'round'],
          }),
          ConditionExpression: '#state = :sending AND #attempt = :attempt AND #round = :round',
        }),
      ),
    );
    if (isRecorded) return;

    // The row moved on, or this is our own repetition of a call whose answer was lost.
    const row = await read(key);
    if (row === undefined || hasAttempt(row, attempt)) return;
    await conditionHeld(
      client.send(
        new UpdateCommand({
          TableName: table,
          Key: key,
          ...updateOf({
            // Delivered is delivered, whatever another worker thinks: it saves the attempts that are still to come.
            set: state === 'delivered' ? outcome : {},
            append: { attempts: attempt },
          }),
          ConditionExpression: 'attribute_exists(pk)',
        }),
      ),
    );
  }

  return {
    claim,

    record: async (delivery, attempt, state) => {
      for (const waitMs of RECORD_BACKOFF_MS) {
        try {
          await recordOnce(delivery, attempt, state);
          return;
        } catch (error) {
          if (isOwnFault(error)) throw error;
          await wait(waitMs);
        }
      }
      await recordOnce(delivery, attempt, state);
    },

    suppress: async (message, reason) => {
      // When the condition fails the row is final already, which is what was wanted.
      await conditionHeld(
        client.send(
          new UpdateCommand({
            TableName: table,
            Key: deliveryKey({ alert_id: message.alert_id, id: message.delivery_id }),
            ...updateOf({
              set: { state: 'suppressed', reason, updated_at: now() },
              setOnce: { ...constants(message), attempt: 0, round: message.round },
              remove: ['due_at', 'lease_until', 'claim_token'],
              values: { ':sending': 'sending', ':pending': 'pending' },
            }),
            ConditionExpression: 'attribute_not_exists(pk) OR #state IN (:pending, :sending)',
          }),
        ),
      );
    },
  };
}

function claimsOf(row: Item): number {
  return Number(row['claims'] ?? 1);
}

function hasAttempt(row: Item, attempt: Attempt): boolean {
  return readDelivery(row).attempts.some(
    ({ number, started_at }) => number === attempt.number && started_at === attempt.started_at,
  );
}

/** An answer that a repetition cannot change. */
function isOwnFault(error: unknown): boolean {
  return (
    error instanceof Error &&
    ['ValidationException', 'AccessDeniedException', 'ResourceNotFoundException'].includes(error.name)
  );
}
