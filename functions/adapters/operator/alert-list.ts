import type { RoutedAlert } from '../../core/model/wire/accepted-alerts.ts';
import { isSeverity, meetsSeverity } from '../../core/model/wire/severity.ts';
import { isOfType, matchesAlertFilter } from '../../core/operator/alert-filter.ts';
import type { AlertQuery } from '../../core/operator/ports.ts';
import { readAlerts } from '../dynamodb/alert-items.ts';
import type { DynamodbClient } from '../dynamodb/client.ts';
import {
  alertOfSourcePartition,
  alertPartition,
  dayOf,
  isSheet,
  olderAlertOfSourcePartitions,
  olderAlertPartitions,
  watcherKey,
} from '../dynamodb/keys.ts';
import type { Item } from '../dynamodb/pages.ts';
import { alertsOnSheet, shownIn } from '../dynamodb/sheets.ts';
import { type Placed, placeOn } from './day-pages.ts';

/** The partitions of a day in which alerts are found: all of them, or those of one source. */
type Partitions = { ofAll: (day: string) => string[]; ofSource: (sourceId: string, day: string) => string[] };

/**
 * Where lists look for alerts. What was stored before there were sheets has its entries in other partitions; since when there
 * are sheets only, the watcher of deliveries has noted. It is asked until it says so, and never again.
 */
export function alertPartitions({
  client,
  table,
}: {
  client: DynamodbClient;
  table: string;
}): () => Promise<Partitions> {
  let since: string | undefined;
  return async () => {
    if (since === undefined) {
      const { Item } = await client.call('GetItem', { TableName: table, Key: watcherKey() });
      since = Item?.['sheets_since'] as string | undefined;
    }
    const isOlder = (day: string): boolean => since === undefined || day <= dayOf(since);
    return {
      ofAll: (day) => [alertPartition(day), ...(isOlder(day) ? olderAlertPartitions(day) : [])],
      ofSource: (sourceId, day) => [
        alertOfSourcePartition(sourceId, day),
        ...(isOlder(day) ? olderAlertOfSourcePartitions(sourceId, day) : []),
      ],
    };
  };
}

/** False only where what an entry shows rules all of its alerts out; it may show nothing but keys. */
export function entryMayMatch(row: Item, query: AlertQuery): boolean {
  const shows = (name: 'alert_status' | 'routing', wanted: string | undefined) =>
    wanted === undefined || (shownIn(row, name)?.includes(wanted) ?? true);
  return (
    shows('alert_status', query.status) &&
    shows('routing', query.routing) &&
    (shownIn(row, 'type')?.some((type) => isOfType(type, query)) ?? true) &&
    (shownIn(row, 'severity')?.some((one) => !isSeverity(one) || meetsSeverity(one, query.minSeverity)) ??
      true)
  );
}

/** The alerts of an item that match, the newest first, each with its place in a list. */
export async function matchingAlerts(
  item: Item,
  place: string,
  query: AlertQuery,
  from: { client: DynamodbClient; table: string; wait: (ms: number) => Promise<unknown> },
): Promise<Placed<RoutedAlert>[]> {
  const alerts = isSheet(item)
    ? alertsOnSheet(item).map(({ slot, routed }) => ({ value: routed, place: placeOn(place, slot) }))
    : (await readAlerts([item], from)).map((routed) => ({ value: routed, place: placeOn(place, 0) }));
  return alerts.filter(({ value }) => matchesAlertFilter(value, query));
}
