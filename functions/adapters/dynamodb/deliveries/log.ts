import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Attempt, Delivery, DeliveryMessage, DeliveryState } from '../../../core/model/wire/delivery.ts';
import type { Claim, DeliveryLog } from '../../../core/deliver/ports.ts';
import type { Clock } from '../../../core/world.ts';
import { isHeld } from '../../../core/deliver/claim.ts';
import { claimCondition } from './claim.ts';
import type { DynamodbClient } from '../client.ts';
import { conditionHeld, isConditionFailed } from '../conditions.ts';
import { dynamodbDeferrals } from './deferrals.ts';
import { deliveredRows } from './delivered-rows.ts';
import { expiryOf } from '../expiry.ts';
import { deliveryKey } from '../keys.ts';
import { constantAttributes, readDelivery } from './row.ts';
import type { Item } from '../pages.ts';
import { updateOf } from '../update-expression.ts';

/** Waits between the tries of a record: losing one means a delivery that was made is made again. */
const RECORD_BACKOFF_MS = [50, 200];

/**
 * One row per delivery, changed by single conditional updates; the usual end of a webhook is a put that is shared.
 *
 * Whom a claim is granted to says `claim.ts`. Everything else is somebody else's, or done.
 */
export function dynamodbDeliveryLog({
  client,
  table,
  clock,
  retentionDays,
  wait = sleep,
  moment,
}: {
  client: DynamodbClient;
  table: string;
  clock: Clock;
  retentionDays: number;
  wait?: (ms: number) => Promise<unknown>;
  /** How long a record waits for others of its batch. */
  moment?: () => Promise<unknown>;
}): DeliveryLog {
  const delivered = deliveredRows({ client, table, clock, ...(moment !== undefined && { moment }) });
  const now = () => new Date(clock.now()).toISOString();
  const constants = (message: DeliveryMessage) =>
    constantAttributes(message, expiryOf({ clock, retentionDays }));

  async function read(key: Item): Promise<Item | undefined> {
    const { Item } = await client.call('GetItem', { TableName: table, Key: key, ConsistentRead: true });
    return Item;
  }

  async function claim(message: DeliveryMessage, leaseUntil: string): Promise<Claim> {
    // The SDK repeats a call whose answer was lost: by its token a claim knows itself again.
    const token = randomUUID();
    delivered.beginClaim(token, leaseUntil);
    let answer: { claim: Claim; row?: Item } | undefined;
    try {
      answer = await claimAs(token, message, leaseUntil);
      return answer.claim;
    } finally {
      delivered.endClaim(token, answer?.claim, answer?.row);
    }
  }

  /** The claim, and the row as it left it. */
  async function claimAs(
    token: string,
    message: DeliveryMessage,
    leaseUntil: string,
  ): Promise<{ claim: Claim; row?: Item }> {
    const key = deliveryKey({ alert_id: message.alert_id, id: message.delivery_id });
    const nowAt = now();
    if (isFirst(message)) {
      const row = {
        ...key,
        ...constants(message),
        state: 'sending',
        attempt: message.attempt,
        round: message.round,
        lease_until: leaseUntil,
        claim_token: token,
        updated_at: nowAt,
        claims: 1,
      };
      const put = { TableName: table, Item: row, ConditionExpression: 'attribute_not_exists(pk)' };
      if (await conditionHeld(client.call('PutItem', put))) return { claim: grantedBy(row), row };
    }
    const condition = claimCondition(message, nowAt);
    try {
      const { Attributes = {} } = await client.call('UpdateItem', {
        TableName: table,
        Key: key,
        ...updateOf({
          set: {
            state: 'sending',
            attempt: message.attempt,
            round: message.round,
            lease_until: leaseUntil,
            claim_token: token,
            deferrals: message.deferrals,
            updated_at: nowAt,
          },
          setOnce: constants(message),
          increment: ['claims'],
          remove: ['reason', 'due_at'],
          values: condition.values,
        }),
        ConditionExpression: condition.expression,
        ReturnValues: 'ALL_NEW',
      });
      return { claim: grantedBy(Attributes), row: Attributes };
    } catch (error) {
      if (!isConditionFailed(error)) throw error;
    }
    const row = await read(key);
    // Expired between the two calls: the message comes back and finds no row.
    if (row === undefined) return { claim: { claim: 'busy' } };
    if (row['claim_token'] === token) return { claim: grantedBy(row), row };
    const delivery = readDelivery(row);
    return {
      claim: isHeld(delivery, message, nowAt)
        ? { claim: 'busy' }
        : { claim: 'settled', state: delivery.state },
    };
  }

  /** What a record sets. */
  function outcomeOf(delivery: Delivery, attempt: Attempt, state: DeliveryState): Item {
    return {
      state,
      updated_at: now(),
      reason: state === 'delivered' ? undefined : attempt.reason,
      due_at: state === 'pending' ? attempt.next_due_at : undefined,
      body_sha256: delivery.body_sha256,
      deferrals: undefined,
      deferred_since: undefined,
      claims: 0,
    };
  }

  async function recordOnce(delivery: Delivery, attempt: Attempt, state: DeliveryState): Promise<void> {
    const key = deliveryKey(delivery);
    const outcome = outcomeOf(delivery, attempt, state);
    const isRecorded = await conditionHeld(
      client.call('UpdateItem', {
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
    );
    if (isRecorded) return;

    // The row moved on, or this is our own repetition of a call whose answer was lost.
    const row = await read(key);
    if (row === undefined || hasAttempt(row, attempt)) return;
    await conditionHeld(
      client.call('UpdateItem', {
        TableName: table,
        Key: key,
        ...updateOf({
          // Delivered is delivered, whatever another worker thinks: it saves the attempts that are still to come.
          set: state === 'delivered' ? outcome : {},
          append: { attempts: attempt },
        }),
        ConditionExpression: 'attribute_exists(pk)',
      }),
    );
  }

  return {
    claim,

    record: async (delivery, attempt, state) => {
      if (await delivered.write(delivery, attempt, outcomeOf(delivery, attempt, state))) return;
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

    defer: dynamodbDeferrals({ client, table, clock, constants }),

    suppress: async (message, reason, silence) => {
      // When the condition fails the row is final already, which is what was wanted.
      await conditionHeld(
        client.call('UpdateItem', {
          TableName: table,
          Key: deliveryKey({ alert_id: message.alert_id, id: message.delivery_id }),
          ...updateOf({
            set: { state: 'suppressed', reason, silence, updated_at: now() },
            setOnce: { ...constants(message), attempt: 0, round: message.round },
            remove: ['due_at', 'deferrals', 'deferred_since', 'lease_until', 'claim_token'],
            values: { ':sending': 'sending', ':pending': 'pending' },
          }),
          ConditionExpression: 'attribute_not_exists(pk) OR #state IN (:pending, :sending)',
        }),
      );
    },
  };
}

/**
 * Whether no row is to be expected. A put is a smaller request than the conditional update, and its row need not be
 * read back; when there is a row (a worker that died, an answer that was lost) the update decides.
 *
 * A mail's claim is a small part of its cost, and the mail function has no right to put.
 */
function isFirst({ channel, attempt, round, deferrals = 0 }: DeliveryMessage): boolean {
  return channel === 'webhook' && attempt === 1 && round === 1 && deferrals === 0;
}

function grantedBy(row: Item): Claim & { claim: 'granted' } {
  return { claim: 'granted', delivery: readDelivery(row), claims: Number(row['claims'] ?? 1) };
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
