import {
  alertOfSourcePartition,
  alertPartition,
  deliveryPartition,
  olderAlertOfSourcePartitions,
  olderAlertPartitions,
  olderDeliveryPartitions,
  watcherKey,
} from '../dynamodb/keys.ts';
import { dayOf } from '../dynamodb/days.ts';
import type { TableAccess } from '../dynamodb/table-access.ts';

/** The partitions of a day in which alerts are found, all of them or those of one source, and deliveries to a destination. */
type Partitions = {
  ofAll: (day: string) => string[];
  ofSource: (sourceId: string, day: string) => string[];
  ofDestination: (destinationId: string, day: string) => string[];
};

/**
 * Where lists look. What was stored before there were sheets has its entries in other partitions; since when there
 * are sheets only, the watcher of deliveries has noted. It is asked until it says so, and never again.
 */
export function listedPartitions({ client, table }: TableAccess): () => Promise<Partitions> {
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
      ofDestination: (destinationId, day) => [
        deliveryPartition(destinationId, day),
        ...(isOlder(day) ? olderDeliveryPartitions(destinationId, day) : []),
      ],
    };
  };
}
