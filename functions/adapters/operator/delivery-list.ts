import { asItStands, type Delivery } from '../../core/model/wire/delivery.ts';
import { namedIn } from '../dynamodb/deliveries/begun.ts';
import { findRows } from '../dynamodb/deliveries/find.ts';
import { readDelivery } from '../dynamodb/deliveries/row.ts';
import { isDeliveryRow, isTally } from '../dynamodb/keys.ts';
import type { Item } from '../dynamodb/pages.ts';
import { type Placed, placeOn } from './day-pages.ts';
import type { TableAccess } from '../dynamodb/table-access.ts';

type From = TableAccess & { wait: (ms: number) => Promise<unknown> };

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
