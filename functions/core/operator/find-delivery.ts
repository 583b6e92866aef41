import type { Delivery } from '../model/wire/delivery.ts';
import type { GatewayRecords } from './ports.ts';

/** A first attempt is under way for seconds, or waits for its message to come back; its alert may be older. */
const LOOKED_BACK_MS = 86_400_000;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u;

/**
 * A delivery by its id. A webhook whose first attempt is under way has no row that its id names: it is found by its alert, where
 * the lists of the last day name it.
 */
export async function findDelivery(
  id: string,
  records: Pick<GatewayRecords, 'delivery' | 'idsBeginning' | 'alert'>,
  destinationIds: () => Promise<string[]>,
  nowMs: number,
): Promise<Delivery | undefined> {
  const delivery = await records.delivery(id);
  if (delivery !== undefined || !UUID.test(id)) return delivery;
  const since = new Date(nowMs - LOOKED_BACK_MS).toISOString();
  const begun = await records.idsBeginning({ prefix: id, since, destinationIds: await destinationIds() });
  const alertId = begun.find((one) => one.id === id)?.alertId;
  // Its attempt may have ended meanwhile: the deliveries of its alert are read anew.
  const found = alertId === undefined ? undefined : await records.alert(alertId);
  return found?.deliveries.find((one) => one.id === id);
}
