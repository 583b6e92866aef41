import { setImmediate as nextTurn } from 'node:timers/promises';
import { deliveryId } from '../../../core/model/wire/ids.ts';
import type { DeliveryMessage } from '../../../core/model/wire/delivery.ts';
import { conditionHeld } from '../conditions.ts';
import { expiryOf } from '../expiry.ts';
import { deliveryKey } from '../keys.ts';
import type { Item } from '../pages.ts';
import { readItem } from '../read-item.ts';
import { claimedRow, IN_ROW, isFirst, type Slot, type Tally } from './first-claims.ts';
import { gatheredClaims } from './gathered-claims.ts';
import { unlistedAttributes } from './row.ts';
import { type DeliveryTable, rowKey } from './table.ts';
import { placeOf, slotIn } from './tally-item.ts';

/** The row that a slot stands for. */
export function rowOfSlot(message: DeliveryMessage, slot: Slot, expiresAt: number): Item {
  return claimedRow(slot, { ...rowKey(message), ...unlistedAttributes(message, expiresAt) });
}

/** Claims that are made within one turn of the event loop go out together. */
export function dynamodbTally(
  to: Omit<DeliveryTable, 'tally'>,
  moment: () => Promise<unknown> = nextTurn,
): Tally {
  const take = gatheredClaims(to, moment);

  async function look(message: DeliveryMessage): Promise<Slot | undefined> {
    const { key, slot } = placeOf(message);
    return slotIn((await readItem(to, key)) ?? {}, slot);
  }

  const putNew = async (item: Item): Promise<boolean> =>
    conditionHeld(
      to.client.call('PutItem', {
        TableName: to.table,
        Item: item,
        ConditionExpression: 'attribute_not_exists(pk)',
      }),
    );

  const tally: Tally = {
    lists: isTallied,
    holds: (message) => isFirst(message) && isTallied(message),
    take,
    look,

    writeRow: async (message) => {
      if (!isTallied(message)) return false;
      const slot = await look(message);
      if (slot === undefined || slot.token === IN_ROW.token) return false;
      await putNew(rowOfSlot(message, slot, expiryOf(to)));
      return true;
    },

    close: async (message) => {
      if (isTallied(message) && !(await take(message, IN_ROW))) await tally.writeRow(message);
    },

    writeEnd: async (delivery, outcome) => {
      const { id, alert_id: alertId, destination_id: destinationId, channel, attempt, round } = delivery;
      const message = { channel, alert_id: alertId, destination_id: destinationId, delivery_id: id };
      const own = { is_test: delivery.is_test, digest: delivery.own_digest };
      if (attempt > 1 || round > 1 || !isTallied({ ...message, ...own })) return false;
      const constants = { id, alert_id: alertId, destination_id: destinationId, channel, attempt, round };
      const { created_at: createdAt } = delivery;
      const row = { ...deliveryKey({ id }), ...constants, created_at: createdAt, ...outcome };
      return putNew({ ...row, expires_at: expiryOf(to) });
    },
  };
  return tally;
}

/** Whether the id of a delivery follows from the slot, and an entry of the tally so lists it. */
function isTallied({
  channel,
  is_test: isTest,
  digest,
  delivery_id: id,
  alert_id: alertId,
  destination_id: destinationId,
}: Pick<DeliveryMessage, 'channel' | 'delivery_id' | 'alert_id' | 'destination_id'> & {
  is_test?: boolean | undefined;
  digest?: DeliveryMessage['digest'] | undefined;
}): boolean {
  return (
    channel === 'webhook' &&
    isTest !== true &&
    digest === undefined &&
    id === deliveryId(alertId, destinationId)
  );
}
