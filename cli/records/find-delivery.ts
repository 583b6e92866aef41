import type { Delivery } from '../../functions/core/model/wire/delivery.ts';
import { findDelivery } from '../../functions/core/operator/find-delivery.ts';
import { allOf } from '../config/find-config.ts';
import type { Gateway } from '../gateway.ts';

/** A delivery by its id, whether its first attempt has ended or is under way. */
export async function deliveryById(
  { config, records }: Pick<Gateway, 'config' | 'records'>,
  id: string,
  nowMs: number,
): Promise<Delivery | undefined> {
  const destinationIds = async () => allOf(await config.list('destination')).map((one) => one.id);
  return findDelivery(id, records, destinationIds, nowMs);
}
