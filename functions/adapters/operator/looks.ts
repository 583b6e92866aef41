import { setTimeout as sleep } from 'node:timers/promises';
import { asItStands } from '../../core/model/wire/delivery.ts';
import { isSeverity, meetsSeverity } from '../../core/model/wire/severity.ts';
import { INDEX_SHARDS, TABLE } from '../../core/model/wire/table.ts';
import { isOfType, matchesAlertFilter } from '../../core/operator/alert-filter.ts';
import { matchesFilter } from '../../core/operator/delivery-filter.ts';
import type { AlertQuery } from '../../core/operator/ports.ts';
import type { AlertRow, Looks } from '../../core/operator/looks.ts';
import type { Clock } from '../../core/world.ts';
import { readAlerts } from '../dynamodb/alert-items.ts';
import { batchGet } from '../dynamodb/batch-get.ts';
import type { DynamodbClient } from '../dynamodb/client.ts';
import { dynamodbConfigVersion } from '../dynamodb/config.ts';
import { readDelivery } from '../dynamodb/deliveries/row.ts';
import { healthOf } from '../dynamodb/endpoint-health.ts';
import {
  alertIdOfRow,
  alertOfSourcePartitions,
  alertPartitions,
  deliveryPartitions,
  destinationIdOfEndpoint,
  endpointKey,
  keyOf,
} from '../dynamodb/keys.ts';
import { type Item, keyText } from '../dynamodb/pages.ts';
import { lookBack } from './one-look.ts';

const DAY_MS = 86_400_000;
/** What one call of BatchGetItem takes, shared among the shards. */
const WHOLE_ROWS_PER_SHARD = Math.floor(100 / INDEX_SHARDS);
/** What the index of all alerts shows of one. */
const SHOWN = ['severity', 'type', 'title', 'source_id', 'alert_status', 'routing'];

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
  async function itemsOf(rows: Item[], attributes?: string[]): Promise<(Item | undefined)[]> {
    const keys = rows.map(keyOf);
    const items = await batchGet({
      client,
      table,
      keys,
      isConsistent: false,
      wait: sleep,
      ...(attributes !== undefined && { attributes: [TABLE.partitionKey, TABLE.sortKey, ...attributes] }),
    });
    const byKey = new Map(items.map((item) => [keyText(item), item]));
    return rows.map((row) => byKey.get(keyText(row)));
  }
  const isExpired = (item: Item) => Number(item[TABLE.expiry]) * 1_000 < clock.now();

  /** A text is looked for in whole alerts. */
  async function withText(rows: Item[], query: AlertQuery): Promise<(Item | undefined)[]> {
    const items = await itemsOf(rows);
    const live = items.map((item) => (item === undefined || isExpired(item) ? undefined : item));
    const routed = await readAlerts(
      live.filter((item) => item !== undefined),
      { client, table, wait: sleep },
    );
    const matching = new Set(
      routed.filter((one) => matchesAlertFilter(one, query)).map(({ alert }) => alert.id),
    );
    return live.map((item) => (item !== undefined && matching.has(alertIdOfRow(item)) ? item : undefined));
  }

  return {
    alerts: async (query) => {
      const { sourceId, text } = query;
      const isWhole = sourceId !== undefined || text !== undefined;
      const byTime = { index: TABLE.byTime, partitionsOf: alertPartitions };
      const ofSource = {
        index: TABLE.byLookup,
        partitionsOf: (day: string) => alertOfSourcePartitions(sourceId ?? '', day),
      };
      const { index, partitionsOf } = sourceId === undefined ? byTime : ofSource;
      return lookBack<AlertRow>(
        {
          client,
          table,
          index,
          partitionsOf,
          ...(isWhole && { rowsPerShard: WHOLE_ROWS_PER_SHARD }),
          async read(rows) {
            const shown =
              text !== undefined
                ? await withText(rows, query)
                : sourceId !== undefined
                  ? await itemsOf(rows, SHOWN)
                  : rows;
            return shown.map((row, at) => {
              const place = String(rows[at]?.[index.sortKey]);
              return row !== undefined && matches(row, query) ? alertRow(row, place) : undefined;
            });
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
          rowsPerShard: WHOLE_ROWS_PER_SHARD,
          async read(rows) {
            const items = await itemsOf(rows);
            return items.map((item) => {
              if (item === undefined || isExpired(item)) return undefined;
              const delivery = asItStands(readDelivery(item), clock.now());
              return matchesFilter(delivery, query) ? delivery : undefined;
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

function matches(row: Item, query: AlertQuery): boolean {
  return (
    isOfType(String(row['type']), query) &&
    (query.status === undefined || row['alert_status'] === query.status) &&
    (query.routing === undefined || row['routing'] === query.routing) &&
    (!isSeverity(row['severity']) || meetsSeverity(row['severity'], query.minSeverity))
  );
}

/** @param place `2026-01-15T12:00:00.000Z#<alert id>` */
function alertRow(row: Item, place: string): AlertRow {
  const at = place.indexOf('#');
  return {
    id: place.slice(at + 1),
    receivedAt: place.slice(0, at),
    severity: row['severity'] as AlertRow['severity'],
    status: row['alert_status'] as AlertRow['status'],
    type: String(row['type']),
    title: String(row['title']),
    sourceId: String(row['source_id']),
    routing: row['routing'] as AlertRow['routing'],
  };
}
