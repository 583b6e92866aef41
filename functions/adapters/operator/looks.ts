import { setTimeout as sleep } from 'node:timers/promises';
import type { RoutedAlert } from '../../core/model/wire/accepted-alerts.ts';
import { TABLE } from '../../core/model/wire/table.ts';
import { matchesFilter } from '../../core/operator/delivery-filter.ts';
import { ALERTS_PER_SHEET } from '../../core/model/wire/ids.ts';
import type { AlertRow, Look, Looks } from '../../core/operator/looks.ts';
import type { AlertQuery, DeliveryQuery } from '../../core/operator/ports.ts';
import { findAlerts } from '../dynamodb/alert-items.ts';
import { batchGet } from '../dynamodb/batch-get.ts';
import { dynamodbConfigVersion } from '../dynamodb/config.ts';
import { namedIn } from '../dynamodb/deliveries/begun.ts';
import { isTally, keyOf } from '../dynamodb/keys.ts';
import { type Item, keyText } from '../dynamodb/pages.ts';
import { entryMayMatch, matchingAlerts } from './alert-list.ts';
import type { Placed } from './day-pages.ts';
import { listedDeliveries } from './delivery-list.ts';
import { listedPartitions } from './listed-partitions.ts';
import { lookBack } from './one-look.ts';
import { lookAtOwed } from './owed-look.ts';
import { readEndpoints } from './endpoints.ts';
import type { RetainedItems } from '../dynamodb/table-access.ts';

const DAY_MS = 86_400_000;

/** What the pages of the console read: see `Looks`. */
export function dynamodbLooks({ client, table, clock, retentionDays }: RetainedItems): Looks {
  const range = (query: { since: string; until: string; limit: number; after?: string }) => ({
    since: Math.max(Date.parse(query.since), clock.now() - retentionDays * DAY_MS),
    until: Math.min(Date.parse(query.until), clock.now() + DAY_MS),
    limit: query.limit,
    after: query.after,
  });

  const from = { client, table, wait: sleep };
  const isExpired = (item: Item) => Number(item[TABLE.expiry]) * 1_000 < clock.now();

  /** The items of rows that are there, in the order of the rows, each with its place. At most what one call takes. */
  async function itemsOf(rows: Item[], sortKey: string): Promise<{ item: Item; place: string }[]> {
    const items = await batchGet({ ...from, keys: rows.map(keyOf), isConsistent: false });
    const byKey = new Map(items.filter((item) => !isExpired(item)).map((item) => [keyText(item), item]));
    return rows.flatMap((row) => {
      const item = byKey.get(keyText(row));
      return item === undefined ? [] : [{ item, place: String(row[sortKey]) }];
    });
  }
  const partitions = listedPartitions({ client, table });

  /** Alerts with their places, the newest first. */
  async function newestAlerts(query: AlertQuery): Promise<Look<Placed<RoutedAlert>>> {
    const { ofAll } = await partitions();
    return lookBack(
      {
        client,
        table,
        index: TABLE.byTime,
        partitionsOf: ofAll,
        isSifted: false,
        async read(rows) {
          const items = await itemsOf(rows, TABLE.byTime.sortKey);
          const found = await matchingAlerts(items, query, from);
          return {
            found: found.map((one) => ({ value: one, place: one.place })),
            rowsRead: rows.length,
          };
        },
      },
      range(query),
    );
  }

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
          isSifted: isSifted(query),
          async read(rows) {
            const sortKey = (sourceId === undefined ? TABLE.byTime : TABLE.byLookup).sortKey;
            const found = await matchingAlerts(await itemsOf(rows, sortKey), query, from);
            return {
              found: found.map(({ value, place }) => ({ value: alertRow(value), place })),
              rowsRead: rows.length,
            };
          },
        },
        range(query),
      );
    },

    deliveries: async (query) => {
      const { ofDestination } = await partitions();
      return lookBack(
        {
          client,
          table,
          index: TABLE.byTime,
          partitionsOf: (day) => ofDestination(query.destinationId, day),
          isSifted: isSifted(query),
          async read(rows) {
            const items = await itemsOf(rows, TABLE.byTime.sortKey);
            const some = isSifted(query) ? items : enoughFor(query.limit, items);
            const [left] = items.slice(some.length);
            const listed = await listedDeliveries(some, clock.now(), from);
            return {
              found: listed.filter(({ value }) => matchesFilter(value, query)),
              rowsRead:
                left === undefined
                  ? rows.length
                  : rows.findIndex((row) => row[TABLE.byTime.sortKey] === left.place),
            };
          },
        },
        range(query),
      );
    },

    owed: async (query) => lookAtOwed({ ...from, clock, isExpired, alertsOf: newestAlerts }, query),

    titles: async (ids) => {
      const found = await findAlerts(ids, { ...from, isConsistent: false });
      return new Map([...found].map(([id, { alert }]) => [id, alert.title]));
    },

    endpoints: async (ids) => readEndpoints(ids, from),

    configVersion: async () => dynamodbConfigVersion({ client, table }).read(),
  };
}

/** What says where to look, and nothing of what is looked for. */
const PLACES = new Set(['since', 'until', 'limit', 'after', 'sourceId', 'destinationId']);

/** As many items of a list as show so many deliveries, and a sheet more: a page may begin in the middle of one. */
function enoughFor<T extends { item: Item }>(limit: number, items: readonly T[]): readonly T[] {
  let shown = 0;
  const end = items.findIndex(({ item }) => {
    const isEnough = shown > limit + ALERTS_PER_SHEET;
    shown += isTally(item) ? namedIn(item).length : 1;
    return isEnough;
  });
  return end === -1 ? items : items.slice(0, end);
}

/** Whether it looks for something, and not only for the newest. */
function isSifted(query: AlertQuery | DeliveryQuery): boolean {
  return Object.entries(query).some(([name, value]) => value !== undefined && !PLACES.has(name));
}

function alertRow({ alert, routing, deliveries }: RoutedAlert): AlertRow {
  return {
    id: alert.id,
    receivedAt: alert.received_at,
    severity: alert.severity,
    status: alert.status,
    type: alert.type,
    title: alert.title,
    sourceId: alert.source.id,
    routing,
    sentTo: deliveries.length,
  };
}
