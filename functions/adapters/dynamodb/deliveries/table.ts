import type { DeliveryMessage } from '../../../core/model/wire/delivery.ts';
import type { Clock } from '../../../core/world.ts';
import type { DynamodbClient } from '../client.ts';
import { expiryOf } from '../expiry.ts';
import { type Key, deliveryKey } from '../keys.ts';
import type { Item } from '../pages.ts';
import { constantAttributes } from './row.ts';

/** Where the rows of deliveries are: the first argument of each statement about one. */
export type DeliveryTable = { client: DynamodbClient; table: string; clock: Clock; retentionDays: number };

export const nowOf = ({ clock }: DeliveryTable): string => new Date(clock.now()).toISOString();

/** What the first write of a row sets. */
export const constantsOf = (to: DeliveryTable, message: DeliveryMessage): Item =>
  constantAttributes(message, expiryOf(to));

export const rowKey = (message: DeliveryMessage): Key =>
  deliveryKey({ alert_id: message.alert_id, id: message.delivery_id });
