import { setTimeout as sleep } from 'node:timers/promises';
import { asItStands, type Delivery } from '../../core/model/wire/delivery.ts';
import { matchesFilter } from '../../core/operator/delivery-filter.ts';
import { owedDeliveries } from '../../core/operator/owed-deliveries.ts';
import { sheetPlaceOf } from '../../core/model/wire/ids.ts';
import { TABLE } from '../../core/model/wire/table.ts';
import type { GatewayRecords } from '../../core/operator/ports.ts';
import type { RoutedAlert } from '../../core/model/wire/accepted-alerts.ts';
import { readAlerts, storedAt } from '../dynamodb/alert-items.ts';
import { begunOf } from '../dynamodb/deliveries/begun.ts';
import { findRows } from '../dynamodb/deliveries/find.ts';
import { dynamodbAlertStore } from '../dynamodb/alerts.ts';
import { entryMayMatch, matchingAlerts } from './alert-list.ts';
import { listedDeliveries } from './delivery-list.ts';
import { listedPartitions } from './listed-partitions.ts';
import { dynamodbBegunIds } from './begun-ids.ts';
import { pageByDay } from './day-pages.ts';
import { findByLookup } from './find-by-lookup.ts';
import { readDelivery } from '../dynamodb/deliveries/row.ts';
import { alertKey, deliveryKey, deliveryLookupPartition, isDeliveryRow, sheetKey } from '../dynamodb/keys.ts';
import { dynamodbGatewayDigests } from './digests.ts';
import { dynamodbGatewayRequests } from './requests.ts';
import { type Item, queryAll } from '../dynamodb/pages.ts';
import { readItem } from '../dynamodb/read-item.ts';
import { alertAt } from '../dynamodb/sheets.ts';
import type { RetainedItems } from '../dynamodb/table-access.ts';

const DAY_MS = 86_400_000;

/** What the operator's tools read of alerts and deliveries. */
export function dynamodbGatewayRecords({
  client,
  table,
  clock,
  retentionDays,
}: RetainedItems): GatewayRecords {
  const partitions = listedPartitions({ client, table });
  const store = dynamodbAlertStore({ client, table, clock, retentionDays });
  const isExpired = (item: Item) => Number(item[TABLE.expiry]) * 1_000 < clock.now();

  const isLiveItem = (item: Item) => !isExpired(item);
  const isLive = ({ item }: { item: Item }) => !isExpired(item);

  const readOne = async (item: Item | undefined): Promise<RoutedAlert | undefined> => {
    const [routed] = await readAlerts(item === undefined ? [] : [item], { client, table, wait: sleep });
    return routed;
  };
  const readNow = (item: Item) => asItStands(readDelivery(item), clock.now());

  /** An alert's deliveries that are begun; `besideAlert` are rows that lie beside it. */
  async function rowsOf({ alert, deliveries }: RoutedAlert, besideAlert: Item[]): Promise<Delivery[]> {
    const from = { client, table, isConsistent: true, wait: sleep };
    const planned = deliveries.map((delivery) => ({ alertId: alert.id, delivery }));
    const rows = await findRows(
      deliveries.map(({ id }) => ({ alertId: alert.id, deliveryId: id })),
      from,
    );
    for (const row of besideAlert) if (!rows.has(String(row['id']))) rows.set(String(row['id']), row);
    const begun = await begunOf(planned, rows, from);
    return [
      ...[...rows.values()].filter(isLiveItem).map(readNow),
      ...begun.map((one) => asItStands(one, clock.now())),
    ];
  }

  /** No day is asked for that cannot hold anything: before the retention, or after tomorrow. */
  const range = ({ since, until }: { since: string; until: string }) => ({
    since: Math.max(instant(since, 'since'), clock.now() - (retentionDays + 1) * DAY_MS),
    until: Math.min(instant(until, 'until'), clock.now() + DAY_MS),
  });

  return {
    alerts: async (query) => {
      const { ofAll, ofSource } = await partitions();
      const { sourceId } = query;
      return pageByDay({
        client,
        table,
        ...(sourceId === undefined
          ? { index: TABLE.byTime, partitionsOf: ofAll }
          : { index: TABLE.byLookup, partitionsOf: (day) => ofSource(sourceId, day) }),
        ...range(query),
        limit: query.limit,
        after: query.after,
        mayMatch: (row) => entryMayMatch(row, query),
        read: async (items) => matchingAlerts(items.filter(isLive), query, { client, table, wait: sleep }),
      });
    },

    alert: async (id) => {
      const { sheet, slot } = sheetPlaceOf(id);
      const [items, beside] = await Promise.all([
        queryAll(client, {
          TableName: table,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': alertKey(id).pk },
          ConsistentRead: true,
        }),
        readItem({ client, table }, sheetKey(sheet)),
      ]);
      const live = items.filter((item) => !isExpired(item));
      const alone = await readOne(live.find((item) => item['sk'] === alertKey(id).sk));
      const placed = beside === undefined || isExpired(beside) ? undefined : alertAt(beside, slot);
      const routed = storedAt({
        ...(alone !== undefined && { alone }),
        ...(placed !== undefined && { onSheet: placed }),
      });
      if (routed === undefined) return undefined;
      const rows = await rowsOf(routed, live.filter(isDeliveryRow));
      return { routed, deliveries: owedDeliveries(routed, rows) };
    },

    deliveries: async (query) => {
      const { ofDestination } = await partitions();
      return pageByDay({
        client,
        table,
        index: TABLE.byTime,
        partitionsOf: (day) => ofDestination(query.destinationId, day),
        ...range(query),
        limit: query.limit,
        after: query.after,
        mayMatch: () => true,
        read: async (items) => {
          const from = { client, table, wait: sleep };
          const listed = await listedDeliveries(items.filter(isLive), clock.now(), from);
          return listed.filter(({ value }) => matchesFilter(value, query));
        },
      });
    },

    delivery: async (id) => {
      const item =
        (await readItem({ client, table }, deliveryKey({ id }))) ??
        (await findByLookup({ client, table }, deliveryLookupPartition(id)));
      return item === undefined || isExpired(item) ? undefined : readNow(item);
    },

    ...dynamodbGatewayDigests({ client, table, isExpired, wait: sleep }),
    ...dynamodbBegunIds({ client, table, clock }),
    ...dynamodbGatewayRequests({ client, table, clock, retentionDays, wait: sleep }),

    putAlert: async (routed) => store.put([routed]),
  };
}

function instant(value: string, name: string): number {
  const ms = Date.parse(value);
  if (Number.isNaN(ms)) throw new Error(`${name} "${value}" is not an instant; expected ISO 8601`);
  return ms;
}
