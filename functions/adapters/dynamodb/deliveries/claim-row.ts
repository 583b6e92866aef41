import { isHeld } from '../../../core/deliver/claim.ts';
import type { Claim } from '../../../core/deliver/ports.ts';
import type { DeliveryMessage } from '../../../core/model/wire/delivery.ts';
import { conditionHeld, isConditionFailed } from '../conditions.ts';
import type { Item } from '../pages.ts';
import { updateOf } from '../update-expression.ts';
import { claimCondition } from './claim.ts';
import { readDelivery } from './row.ts';
import { constantsOf, type DeliveryTable, nowOf, rowKey } from './table.ts';
import { readItem } from '../read-item.ts';

/**
 * Claims a delivery's row, and says how the claim left it.
 *
 * The SDK repeats a call whose answer was lost: by its token a claim knows itself again.
 */
export async function claimRow(
  to: DeliveryTable,
  message: DeliveryMessage,
  lease: { token: string; leaseUntil: string },
): Promise<{ claim: Claim; row?: Item }> {
  const held = { ...lease, nowAt: nowOf(to) };
  const made = isFirst(message) ? await putFirst(to, message, held) : undefined;
  const row = made ?? (await updateClaimed(to, message, held));
  return row === undefined ? findClaim(to, message, held) : { claim: grantedBy(row), row };
}

type Held = { token: string; leaseUntil: string; nowAt: string };

/**
 * Whether no row is to be expected. A put is a smaller request than the conditional update, and its row need not be
 * read back; when there is a row (a worker that died, an answer that was lost) the update decides.
 *
 * A mail's claim is a small part of its cost, and the mail function has no right to put.
 */
function isFirst({ channel, attempt, round, deferrals = 0 }: DeliveryMessage): boolean {
  return channel === 'webhook' && attempt === 1 && round === 1 && deferrals === 0;
}

/** The row; undefined where there is one already. */
async function putFirst(
  to: DeliveryTable,
  message: DeliveryMessage,
  { token, leaseUntil, nowAt }: Held,
): Promise<Item | undefined> {
  const row = {
    ...rowKey(message),
    ...constantsOf(to, message),
    state: 'sending',
    attempt: message.attempt,
    round: message.round,
    lease_until: leaseUntil,
    claim_token: token,
    updated_at: nowAt,
    claims: 1,
  };
  const put = { TableName: to.table, Item: row, ConditionExpression: 'attribute_not_exists(pk)' };
  return (await conditionHeld(to.client.call('PutItem', put))) ? row : undefined;
}

/** The row; undefined where it grants nothing to this message. */
async function updateClaimed(
  to: DeliveryTable,
  message: DeliveryMessage,
  { token, leaseUntil, nowAt }: Held,
): Promise<Item | undefined> {
  const condition = claimCondition(message, nowAt);
  try {
    const { Attributes = {} } = await to.client.call('UpdateItem', {
      TableName: to.table,
      Key: rowKey(message),
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
        setOnce: constantsOf(to, message),
        increment: ['claims'],
        remove: ['reason', 'due_at'],
        values: condition.values,
      }),
      ConditionExpression: condition.expression,
      ReturnValues: 'ALL_NEW',
    });
    return Attributes;
  } catch (error) {
    if (isConditionFailed(error)) return undefined;
    throw error;
  }
}

/** What a row that refused the claim says: it may be held by this very claim. */
async function findClaim(
  to: DeliveryTable,
  message: DeliveryMessage,
  { token, nowAt }: Held,
): Promise<{ claim: Claim; row?: Item }> {
  const row = await readItem(to, rowKey(message));
  // Expired between the two calls: the message comes back and finds no row.
  if (row === undefined) return { claim: { claim: 'busy' } };
  if (row['claim_token'] === token) return { claim: grantedBy(row), row };
  const delivery = readDelivery(row);
  return {
    claim: isHeld(delivery, message, nowAt) ? { claim: 'busy' } : { claim: 'settled', state: delivery.state },
  };
}

function grantedBy(row: Item): Claim & { claim: 'granted' } {
  return { claim: 'granted', delivery: readDelivery(row), claims: Number(row['claims'] ?? 1) };
}
