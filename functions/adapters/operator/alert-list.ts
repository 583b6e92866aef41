import type { RoutedAlert } from '../../core/model/wire/accepted-alerts.ts';
import { isSeverity, meetsSeverity } from '../../core/model/wire/severity.ts';
import { isOfType, isOneOf, matchesAlertFilter } from '../../core/operator/alert-filter.ts';
import type { AlertQuery } from '../../core/operator/ports.ts';
import { readAlerts } from '../dynamodb/alert-items.ts';
import { isSheet } from '../dynamodb/keys.ts';
import type { Item } from '../dynamodb/pages.ts';
import { alertsOnSheet, shownIn } from '../dynamodb/sheets.ts';
import { type Placed, placeOn } from './day-pages.ts';
import type { TableAccess } from '../dynamodb/table-access.ts';

/** False only where what an entry shows rules all of its alerts out; it may show nothing but keys. */
export function entryMayMatch(row: Item, query: AlertQuery): boolean {
  const shows = (name: 'alert_status' | 'routing', wanted: AlertQuery['status'] | AlertQuery['routing']) =>
    shownIn(row, name)?.some((one) => isOneOf<string>(one, wanted)) ?? true;
  return (
    shows('alert_status', query.status) &&
    shows('routing', query.routing) &&
    (shownIn(row, 'type')?.some((type) => isOfType(type, query)) ?? true) &&
    (shownIn(row, 'severity')?.some((one) => !isSeverity(one) || meetsSeverity(one, query.minSeverity)) ??
      true)
  );
}

/** The alerts of these items that match, the newest first, each with its place in a list. */
export async function matchingAlerts(
  items: readonly { item: Item; place: string }[],
  query: AlertQuery,
  from: TableAccess & { wait: (ms: number) => Promise<unknown> },
): Promise<Placed<RoutedAlert>[]> {
  const alone = items.filter(({ item }) => !isSheet(item));
  const read = await readAlerts(
    alone.map(({ item }) => item),
    from,
  );
  const byItem = new Map(alone.map(({ item }, index) => [item, read[index]]));
  return items
    .flatMap(({ item, place }) => {
      const one = byItem.get(item);
      return one === undefined
        ? alertsOnSheet(item).map(({ slot, routed }) => ({ value: routed, place: placeOn(place, slot) }))
        : [{ value: one, place: placeOn(place, 0) }];
    })
    .filter(({ value }) => matchesAlertFilter(value, query));
}
