import { isHeld } from '../../../core/deliver/claim.ts';
import type { Claim } from '../../../core/deliver/ports.ts';
import type { DeliveryMessage } from '../../../core/model/wire/delivery.ts';
import { conditionHeld, isConditionFailed } from '../conditions.ts';
import type { Item } from '../pages.ts';
import { updateOf } from '../update-expression.ts';
import { claimCondition } from './claim.ts';
import { readDelivery, unlistedAttributes } from './row.ts';
import { expiryOf } from '../expiry.ts';
import { claimedRow, isFirst, type Slot, type Tally } from './first-claims.ts';
import { moveOlderRow } from './older-rows.ts';
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
  const { tally } = to;
  const isMoved = await moveOlderRow(to, message);
  const made = isFirst(message) && !isMoved ? await makeFirst(to, message, held) : undefined;
  const claimed =
    made ?? (tally === undefined ? undefined : await claimBesideTally({ ...to, tally }, message, held));
  const row = claimed ?? (await updateClaimed(to, message, held));
  return row === undefined ? findClaim(to, message, held) : { claim: grantedBy(row), row };
}

type Held = Slot;

/** The row as the claim left it, in the table or to be written there later; undefined where there is one already. */
async function makeFirst(to: DeliveryTable, message: DeliveryMessage, held: Held): Promise<Item | undefined> {
  if (to.tally?.holds(message) === true) {
    const place = { ...rowKey(message), ...unlistedAttributes(message, expiryOf(to)) };
    return (await to.tally.take(message, held)) ? claimedRow(held, place) : undefined;
  }
  const row = claimedRow(held, { ...rowKey(message), ...constantsOf(to, message) });
  const put = { TableName: to.table, Item: row, ConditionExpression: 'attribute_not_exists(pk)' };
  return (await conditionHeld(to.client.call('PutItem', put))) ? row : undefined;
}

/**
 * The row; undefined where there is none, or it grants nothing. Where there is none and a worker has claimed in the tally, the row
 * is there after this.
 */
async function claimBesideTally(
  to: DeliveryTable & { tally: Tally },
  message: DeliveryMessage,
  held: Held,
): Promise<Item | undefined> {
  const row = await updateClaimed(to, message, held, 'granting');
  if (row === undefined && (await readItem(to, rowKey(message))) === undefined) await to.tally.close(message);
  return row;
}

/** The row; undefined where it grants nothing to this message. */
async function updateClaimed(
  to: DeliveryTable,
  message: DeliveryMessage,
  { token, leaseUntil, nowAt }: Held,
  where: 'expression' | 'granting' = 'expression',
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
      ConditionExpression: condition[where],
      ReturnValues: 'ALL_NEW',
    });
    return Attributes;
  } catch (error) {
    if (isConditionFailed(error)) return undefined;
    throw error;
  }
}

/** The claim's result by the row that refused it; the row may be held by this very claim. */
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
