import { ALERTS_PER_SHEET, alertIdAt, deliveryId, sheetPlaceOf } from '../../../core/model/wire/ids.ts';
import type { PlannedDelivery } from '../../../core/model/wire/accepted-alerts.ts';
import type { Delivery } from '../../../core/model/wire/delivery.ts';
import { batchGet } from '../batch-get.ts';
import { destinationIdOfTally, sheetOfKey, tallyKey } from '../keys.ts';
import type { Item } from '../pages.ts';
import type { TableAccess } from '../table-access.ts';
import { IN_ROW } from './first-claims.ts';
import { slotIn } from './tally-item.ts';

/** A delivery that a tally names: begun, and maybe ended. */
export type Named = { alertId: string; deliveryId: string; slot: number; begun: Delivery };

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
export function namedIn(item: Item): Named[] {
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

/** Planned deliveries without a row that a tally says are begun. Costs no call where all have rows. */
export async function begunOf(
  planned: readonly { alertId: string; delivery: PlannedDelivery }[],
  rows: ReadonlyMap<string, unknown>,
  from: TableAccess & { isConsistent: boolean; wait: (ms: number) => Promise<unknown> },
): Promise<Delivery[]> {
  const missing = planned.filter(({ delivery: { id, channel } }) => channel === 'webhook' && !rows.has(id));
  const keys = missing.map(({ alertId, delivery }) =>
    tallyKey(sheetPlaceOf(alertId).sheet, delivery.destination_id),
  );
  const ids = new Set(missing.map(({ delivery }) => delivery.id));
  const tallies = keys.length === 0 ? [] : await batchGet({ ...from, keys });
  return tallies
    .flatMap(namedIn)
    .filter(({ deliveryId: id }) => ids.has(id))
    .map(({ begun }) => begun);
}
