import { ALERTS_PER_SHEET, alertIdAt, deliveryId } from '../../core/model/wire/ids.ts';
import { asItStands, type Delivery } from '../../core/model/wire/delivery.ts';
import { findRows } from '../dynamodb/deliveries/find.ts';
import { readDelivery } from '../dynamodb/deliveries/row.ts';
import { IN_ROW } from '../dynamodb/deliveries/first-claims.ts';
import { slotIn } from '../dynamodb/deliveries/tally.ts';
import { destinationIdOfTally, isDeliveryRow, isTally, sheetOfKey } from '../dynamodb/keys.ts';
import type { Item } from '../dynamodb/pages.ts';
import { type Placed, placeOn } from './day-pages.ts';
import type { TableAccess } from '../dynamodb/table-access.ts';

type From = TableAccess & { wait: (ms: number) => Promise<unknown> };

/** A delivery that a tally names: begun, and maybe ended. */
type Named = { alertId: string; deliveryId: string; begun: Delivery };

/** The ids of the deliveries of all slots of a tally, taken or not; of an item or of an entry. */
export function idsOfTally(row: Item): { alertId: string; deliveryId: string; slot: number }[] {
  const sheet = sheetOfKey(row);
  const slots = sheet.includes('.') ? ALERTS_PER_SHEET : 1;
  return Array.from({ length: slots }, (_, slot) => {
    const alertId = alertIdAt({ sheet, slot });
    return { alertId, deliveryId: deliveryId(alertId, destinationIdOfTally(row)), slot };
  });
}

/** The deliveries that a tally names, the last place first, as they are while they have no row. */
export function namedIn(item: Item): (Named & { slot: number })[] {
  const createdAt = String(item['time_sk']).split('#')[0] ?? '';
  return idsOfTally(item)
    .flatMap(({ alertId, deliveryId: id, slot }) => {
      const taken = slotIn(item, slot);
      if (taken === undefined) return [];
      const row = {
        id,
        alert_id: alertId,
        destination_id: destinationIdOfTally(item),
        channel: 'webhook' as const,
        round: 1,
        created_at: createdAt,
        attempts: [],
      };
      const begun: Delivery =
        taken.token === IN_ROW.token
          ? { ...row, state: 'pending', attempt: 0, updated_at: createdAt }
          : { ...row, state: 'sending', attempt: 1, updated_at: taken.nowAt, lease_until: taken.leaseUntil };
      return [{ alertId, deliveryId: id, begun, slot }];
    })
    .reverse();
}

/** The deliveries of these items of a list, as they stand, each with its place: of rows, and of what tallies name. */
export async function listedDeliveries(
  items: readonly { item: Item; place: string }[],
  nowMs: number,
  from: From,
): Promise<Placed<Delivery>[]> {
  const named = new Map(items.filter(({ item }) => isTally(item)).map(({ item }) => [item, namedIn(item)]));
  const besideAlerts = items.filter(({ item }) => isDeliveryRow(item) && item['own_digest'] === undefined);
  const rows = await findRows(
    [
      ...[...named.values()].flat(),
      ...besideAlerts
        .map(({ item }) => readDelivery(item))
        .map(({ id, alert_id: alertId }) => ({ alertId, deliveryId: id })),
    ],
    { ...from, isConsistent: false },
  );
  /** A row with an entry of its own is listed by that, and by no other. */
  const listedElsewhere = (id: string, item: Item): boolean => {
    const row = rows.get(id);
    return row !== undefined && row['time_pk'] !== undefined && row['pk'] !== item['pk'];
  };
  return items.flatMap(({ item, place }) => {
    const id = String(item['id']);
    const ofItem = named.get(item) ?? [{ deliveryId: id, begun: readDelivery(item), slot: 0 }];
    return ofItem
      .filter((one) => !listedElsewhere(one.deliveryId, item))
      .map(({ deliveryId: of, begun, slot }) => {
        const row = rows.get(of);
        const value = asItStands(row === undefined ? begun : readDelivery(row), nowMs);
        return { value, place: placeOn(place, slot) };
      });
  });
}
