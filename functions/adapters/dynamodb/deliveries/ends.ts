import { takeBack } from '../../../core/deliver/story/tell.ts';
import type { Delivery } from '../../../core/model/wire/delivery.ts';
import type { DeliveryEnds } from '../../../core/watch/ports.ts';
import { deliveryKey } from '../keys.ts';
import { dynamodbStories } from '../stories.ts';
import { bury } from './bury.ts';
import { readDelivery } from './row.ts';
import { type DeliveryTable } from './table.ts';
import { readItem } from '../read-item.ts';

/** Ends of deliveries that no attempt led to, because their message died. */
export function dynamodbDeliveryEnds(to: DeliveryTable): DeliveryEnds {
  const stories = dynamodbStories(to);
  return {
    find: async (ids) => find(to, ids),

    bury: async (message, reason) => {
      const isBuried = await bury(to, message, reason);
      // Its story says that it is told. A row that says more than the letter may say so with right.
      const ids = { alertId: message.alert_id, deliveryId: message.delivery_id };
      if (isBuried || (await find(to, ids))?.state === 'dead') await takeBack(message, undefined, stories);
    },
  };
}

async function find(
  to: DeliveryTable,
  { alertId, deliveryId }: Parameters<DeliveryEnds['find']>[0],
): Promise<Delivery | undefined> {
  const row = await readItem(to, deliveryKey({ alert_id: alertId, id: deliveryId }));
  return row === undefined ? undefined : readDelivery(row);
}
