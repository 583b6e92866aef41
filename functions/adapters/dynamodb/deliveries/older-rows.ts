import { sheetPlaceOf } from '../../../core/model/wire/ids.ts';
import type { DeliveryMessage } from '../../../core/model/wire/delivery.ts';
import { TABLE } from '../../../core/model/wire/table.ts';
import { deliveryKey, deliveryOfAlertKey } from '../keys.ts';
import { readItem } from '../read-item.ts';
import { updateIf } from '../update-if.ts';
import type { DeliveryTable } from './table.ts';

/** The keys of entries: what is moved keeps the entries that it has where it lay. */
const ENTRIES: readonly string[] = [TABLE.byTime, TABLE.byLookup].flatMap(({ partitionKey, sortKey }) => [
  partitionKey,
  sortKey,
]);

/**
 * Moves the row of a delivery that an earlier version wrote beside its alert to where rows are now; true where there is one. Everything that
 * decides by the row asks this first: a row that is overlooked would begin anew, without its attempts.
 *
 * No version ever wrote such a row for an alert whose id tells its place on a sheet, so that most deliveries cost no read.
 */
export async function moveOlderRow(to: DeliveryTable, message: DeliveryMessage): Promise<boolean> {
  const { alert_id: alertId, delivery_id: id, digest } = message;
  if (digest !== undefined || sheetPlaceOf(alertId).sheet !== alertId) return false;
  const older = await readItem(to, deliveryOfAlertKey({ alert_id: alertId, id }));
  if (older === undefined) return false;
  const kept = Object.entries(older).filter(
    ([name]) => ![TABLE.partitionKey, TABLE.sortKey, ...ENTRIES].includes(name),
  );
  // An update, since the function that sends mails has no right to put.
  await updateIf(to, deliveryKey({ id }), 'attribute_not_exists(pk)', { set: Object.fromEntries(kept) });
  return true;
}

/**
 * Sees that the row decides from now on: it is where rows are now, and where a worker has claimed the first attempt in a tally it is
 * written. Comes before every statement that may make the row.
 */
export async function letRowDecide(to: DeliveryTable, message: DeliveryMessage): Promise<void> {
  if (!(await moveOlderRow(to, message))) await to.tally?.close(message);
}
