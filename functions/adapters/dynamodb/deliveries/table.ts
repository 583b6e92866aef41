import type { Delivery, DeliveryMessage } from '../../../core/model/wire/delivery.ts';
import { expiryOf } from '../expiry.ts';
import { type Key, deliveryKey, deliveryOfAlertKey } from '../keys.ts';
import type { Item } from '../pages.ts';
import type { Tally } from './first-claims.ts';
import { constantAttributes, unlistedAttributes } from './row.ts';
import type { RetainedItems } from '../table-access.ts';

/** Where the rows of deliveries are: the first argument of each statement about one. */
export type DeliveryTable = RetainedItems & {
  /** @default - every claim is made in the row */
  tally?: Tally;
};

export const nowOf = ({ clock }: DeliveryTable): string => new Date(clock.now()).toISOString();

/** The fields that the first write of a row sets. */
export const constantsOf = (to: DeliveryTable, message: DeliveryMessage): Item =>
  to.tally?.lists(message) === true
    ? unlistedAttributes(message, expiryOf(to))
    : constantAttributes(message, expiryOf(to));

export const rowKey = (message: DeliveryMessage): Key =>
  keyOfDelivery({ id: message.delivery_id, alert_id: message.alert_id, own_digest: message.digest });

/** The key of a delivery's row: under its own id, or beside its alert where it is the delivery of a digest. */
export const keyOfDelivery = (delivery: Pick<Delivery, 'id' | 'alert_id'> & { own_digest?: unknown }): Key =>
  delivery.own_digest === undefined ? deliveryKey(delivery) : deliveryOfAlertKey(delivery);
