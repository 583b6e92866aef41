import { setTimeout as sleep } from 'node:timers/promises';
import { boundedMap } from '../../core/bounded-map.ts';
import { asItStands } from '../../core/model/wire/delivery.ts';
import type { RoutedAlert } from '../../core/model/wire/accepted-alerts.ts';
import { TABLE } from '../../core/model/wire/table.ts';
import { matchesFilter } from '../../core/operator/delivery-filter.ts';
import type { AlertRow, Looks } from '../../core/operator/looks.ts';
import type { Clock } from '../../core/world.ts';
import { batchGet } from '../dynamodb/batch-get.ts';
import type { DynamodbClient } from '../dynamodb/client.ts';
import { dynamodbConfigVersion } from '../dynamodb/config.ts';
import { readDelivery } from '../dynamodb/deliveries/row.ts';
import { healthOf } from '../dynamodb/endpoint-health.ts';
import { deliveryPartitions, destinationIdOfEndpoint, endpointKey, keyOf } from '../dynamodb/keys.ts';
import { type Item, keyText } from '../dynamodb/pages.ts';
import { alertPartitions, entryMayMatch, matchingAlerts } from './alert-list.ts';
import { placeOn } from './day-pages.ts';
import { lookBack } from './one-look.ts';

const DAY_MS = 86_400_000;

/** What the pages of the console read: see `Looks`. */
export function dynamodbLooks({
  client,
  table,
  clock,
  retentionDays,
}: {
  client: DynamodbClient;
  table: string;
  clock: Clock;
  retentionDays: number;
}): Looks {
  const range = (query: { since: string; until: string; limit: number; after?: string }) => ({
    since: Math.max(Date.parse(query.since), clock.now() - retentionDays * DAY_MS),
    until: Math.min(Date.parse(query.until), clock.now() + DAY_MS),
    limit: query.limit,
    after: query.after,
  });

  /** The items of rows, in the order of the rows; one that is gone is undefined. At most what one call takes. */
  async function itemsOf(rows: Item[]): Promise<(Item | undefined)[]> {
    const keys = rows.map(keyOf);
    const items = await batchGet({ client, table, keys, isConsistent: false, wait: sleep });
    const byKey = new Map(items.map((item) => [keyText(item), item]));
    return rows.map((row) => byKey.get(keyText(row)));
  }
  const isExpired = (item: Item) => Number(item[TABLE.expiry]) * 1_000 < clock.now();

  const partitions = alertPartitions({ client, table });

  return {
    alerts: async (query) => {
      const { ofAll, ofSource } = await partitions();
      const { sourceId } = query;
      return lookBack<AlertRow>(
        {
          client,
          table,
          ...(sourceId === undefined
            ? { index: TABLE.byTime, partitionsOf: ofAll }
            : { index: TABLE.byLookup, partitionsOf: (day) => ofSource(sourceId, day) }),
          mayMatch: (row) => entryMayMatch(row, query),
          async read(rows) {
            const items = await itemsOf(rows);
            const sortKey = (sourceId === undefined ? TABLE.byTime : TABLE.byLookup).sortKey;
            const found = await boundedMap(rows, rows.length, async (row, at) => {
              const item = items[at];
              return item === undefined || isExpired(item)
                ? []
                : matchingAlerts(item, String(row[sortKey]), query, { client, table, wait: sleep });
            });
            return found.flat().map(({ value, place }) => ({ value: alertRow(value), place }));
          },
        },
        range(query),
      );
    },

    deliveries: async (query) =>
      lookBack(
        {
          client,
          table,
          index: TABLE.byTime,
          partitionsOf: (day) => deliveryPartitions(query.destinationId, day),
          async read(rows) {
            const items = await itemsOf(rows);
            return rows.flatMap((row, at) => {
              const item = items[at];
              if (item === undefined || isExpired(item)) return [];
              const value = asItStands(readDelivery(item), clock.now());
              const place = placeOn(String(row[TABLE.byTime.sortKey]), 0);
              return matchesFilter(value, query) ? [{ value, place }] : [];
            });
          },
        },
        range(query),
      ),

    async endpoints(ids) {
      if (ids.length === 0) return new Map();
      const keys = ids.map(endpointKey);
      const items = await batchGet({ client, table, keys, isConsistent: false, wait: sleep });
      return new Map(items.map((item) => [destinationIdOfEndpoint(item), healthOf(item)]));
    },

    configVersion: async () => dynamodbConfigVersion({ client, table }).read(),
  };
}

function alertRow({ alert, routing }: RoutedAlert): AlertRow {
  return {
    id: alert.id,
    receivedAt: alert.received_at,
    severity: alert.severity,
    status: alert.status,
    type: alert.type,
    title: alert.title,
    sourceId: alert.source.id,
    routing,
  };
}
