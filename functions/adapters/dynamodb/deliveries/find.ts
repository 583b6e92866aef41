import { batchGet } from '../batch-get.ts';
import { deliveryKey, deliveryOfAlertKey, type Key } from '../keys.ts';
import type { Item } from '../pages.ts';
import { readItem } from '../read-item.ts';
import type { TableAccess } from '../table-access.ts';

type Ids = { alertId: string; deliveryId: string };

/** Where the row of a delivery may lie: under its own id, or beside its alert, as that of a digest does. */
const keysOf = ({ alertId, deliveryId }: Ids): [Key, Key] => [
  deliveryKey({ id: deliveryId }),
  deliveryOfAlertKey({ alert_id: alertId, id: deliveryId }),
];

/** The row of a delivery as it is now. */
export async function findRow(from: TableAccess, ids: Ids): Promise<Item | undefined> {
  const [own, besideAlert] = keysOf(ids);
  return (await readItem(from, own)) ?? (await readItem(from, besideAlert));
}

/** The rows of these deliveries that there are, by the ids of the deliveries. */
export async function findRows(
  deliveries: readonly Ids[],
  from: TableAccess & { isConsistent: boolean; wait: (ms: number) => Promise<unknown> },
): Promise<Map<string, Item>> {
  const items = await batchGet({ ...from, keys: deliveries.flatMap(keysOf) });
  const rows = new Map(items.map((item) => [String(item['id']), item]));
  // Under its own id it was written by a later version.
  for (const item of items) if (item['sk'] === 'DELIVERY') rows.set(String(item['id']), item);
  return rows;
}
