import { takeBack } from '../../../core/deliver/story/tell.ts';
import type { Delivery, DeliveryMessage } from '../../../core/model/wire/delivery.ts';
import type { DeliveryEnds } from '../../../core/watch/ports.ts';
import { dynamodbStories } from '../stories.ts';
import { bury } from './bury.ts';
import { findRow } from './find.ts';
import { readDelivery } from './row.ts';
import { type DeliveryTable } from './table.ts';

/** Ends of deliveries that no attempt led to, because their message died. */
export function dynamodbDeliveryEnds(to: DeliveryTable): DeliveryEnds {
  const stories = dynamodbStories(to);
  return {
    find: async (message) => find(to, message),

    bury: async (message, reason) => {
      const isBuried = await bury(to, message, reason);
      // Its story says that it is told. A row that says more than the letter may say so with right.
      if (isBuried || (await find(to, message))?.state === 'dead')
        await takeBack(message, undefined, stories);
    },
  };
}

async function find(to: DeliveryTable, message: DeliveryMessage): Promise<Delivery | undefined> {
  const ids = { alertId: message.alert_id, deliveryId: message.delivery_id };
  const row = await findRow(to, ids);
  if (row !== undefined) return readDelivery(row);
  const isWritten = await to.tally?.writeRow(message);
  const written = isWritten === true ? await findRow(to, ids) : undefined;
  return written === undefined ? undefined : readDelivery(written);
}
