import { setTimeout as sleep } from 'node:timers/promises';
import { boundedMap, CALLS_AT_ONCE } from '../../core/bounded-map.ts';
import { TABLE } from '../../core/model/wire/table.ts';
import type { BegunId, GatewayRecords } from '../../core/operator/ports.ts';
import type { Clock } from '../../core/world.ts';
import { findAlerts } from '../dynamodb/alert-items.ts';
import {
  alertIdOfRow,
  idOfTimeRow,
  keyOf,
  isDeliveryRow as isDigestDelivery,
  isSheet,
  isTally,
  requestPartitions,
} from '../dynamodb/keys.ts';
import { daysBetween } from '../dynamodb/days.ts';
import { type Item, queryPages } from '../dynamodb/pages.ts';
import { idsOfSheet } from '../dynamodb/sheets.ts';
import { batchGet } from '../dynamodb/batch-get.ts';
import { idsOfTally, type Named, namedIn } from '../dynamodb/deliveries/begun.ts';
import { findRows } from '../dynamodb/deliveries/find.ts';
import type { TableAccess } from '../dynamodb/table-access.ts';
import { listedPartitions } from './listed-partitions.ts';

/**
 * Ids by how they begin. They are spread over the partitions of the table, so that what an index holds by time is read
 * from `since` on, keys only.
 */
export function dynamodbBegunIds({
  client,
  table,
  clock,
}: TableAccess & { clock: Clock }): Pick<GatewayRecords, 'idsBeginning'> {
  const { index, partitionKey, sortKey } = TABLE.byTime;
  const listed = listedPartitions({ client, table });

  async function keysOf(partition: string, since: string, add: (row: Item, sort: string) => void) {
    const pages = queryPages(client, {
      TableName: table,
      IndexName: index,
      KeyConditionExpression: '#partition = :partition AND #sort >= :since',
      ProjectionExpression: 'pk, sk, #sort',
      ExpressionAttributeNames: { '#partition': partitionKey, '#sort': sortKey },
      ExpressionAttributeValues: { ':partition': partition, ':since': since },
    });
    for await (const page of pages) for (const row of page) add(row, String(row[sortKey]));
  }

  async function namedBy(tallies: readonly Item[]): Promise<Named[]> {
    const keys = tallies.map(keyOf);
    const items = await batchGet({ client, table, keys, isConsistent: true, wait: sleep });
    return items.flatMap(namedIn);
  }

  return {
    idsBeginning: async ({ prefix, since, destinationIds }) => {
      const found = new Map<string, BegunId>();
      const note = (kind: BegunId['kind'], id: string, alertId?: string) => {
        // An alert and a digest are also what a delivery is of.
        if (!id.startsWith(prefix) || (kind === 'digest' && found.has(id))) return;
        found.set(id, { id, kind, ...(alertId !== undefined && { alertId }) });
      };
      const sheetIds: string[] = [];
      const tallyIds: { alertId: string; deliveryId: string; tally: Item }[] = [];
      const { ofAll, ofDestination } = await listed();
      const partitions = daysBetween(since, new Date(clock.now()).toISOString()).flatMap((day) => [
        ...ofAll(day).map((partition) => ({ kind: 'alert' as const, partition })),
        ...requestPartitions(day).map((partition) => ({ kind: 'request' as const, partition })),
        ...destinationIds.flatMap((id) =>
          ofDestination(id, day).map((partition) => ({ kind: 'delivery' as const, partition })),
        ),
      ]);
      await boundedMap(partitions, CALLS_AT_ONCE, async ({ kind, partition }) =>
        keysOf(partition, since, (row, sort) => {
          if (isTally(row))
            tallyIds.push(
              ...idsOfTally(row)
                .filter((one) => one.deliveryId.startsWith(prefix))
                .map((one) => ({ ...one, tally: row })),
            );
          else if (isSheet(row)) sheetIds.push(...idsOfSheet(row).filter((id) => id.startsWith(prefix)));
          else note(kind, idOfTimeRow(sort));
          if (isDigestDelivery(row)) note('digest', alertIdOfRow(row));
        }),
      );
      // A sheet tells ids for all of its places, whether they are taken or not.
      const stored = await findAlerts(sheetIds, { client, table, isConsistent: false, wait: sleep });
      for (const id of stored.keys()) note('alert', id);
      const rows = await findRows(tallyIds, { client, table, isConsistent: false, wait: sleep });
      for (const id of rows.keys()) note('delivery', id);
      // What is begun has no row before its first attempt has ended.
      const begun = tallyIds.filter(({ deliveryId: id }) => !rows.has(id)).map(({ tally }) => tally);
      for (const { deliveryId: id, begun: of } of await namedBy(begun)) {
        if (id.startsWith(prefix)) note('delivery', id, of.alert_id);
      }
      return [...found.values()];
    },
  };
}
