import type { ConfigKind, ConfigOf } from '../core/operator-ports.ts';
import type { DestinationRegistry, RoutingTable, SourceList, SourceRegistry } from '../core/ports.ts';
import type { DynamodbClient } from './dynamodb-client.ts';
import { CONFIG_PARTITION, configKey, readConfig, UnreadableConfigError } from './dynamodb-config-items.ts';
import { type Item, queryAll } from './dynamodb-pages.ts';

type Table = { client: DynamodbClient; table: string };

/**
 * Sources by id. Consistent: what was created a moment ago accepts its first request, and what was rotated or switched
 * off counts once the cache in front lets go of it. That is half a read unit more each time a source is looked up.
 */
export function dynamodbSourceRegistry(from: Table): SourceRegistry {
  return { find: async (id) => findConfig(from, 'source', id, { isConsistent: true }) };
}

/** All sources. One that cannot be read is told apart and does not stop the others. */
export function dynamodbSourceList(from: Table): SourceList {
  return {
    list: async () => {
      const { readable, unreadable } = await readAll(from, 'source');
      return { sources: readable, unreadable };
    },
  };
}

/** Destinations by id. */
export function dynamodbDestinationRegistry(from: Table): DestinationRegistry {
  return {
    find: async (id, options) =>
      findConfig(from, 'destination', id, { isConsistent: options?.isFresh === true }),
  };
}

/** All routes and destinations. One that cannot be read is listed by id and does not stop the others. */
export function dynamodbRoutingTable(from: Table): RoutingTable {
  return {
    load: async () => {
      const [routes, destinations] = await Promise.all([
        readAll(from, 'route'),
        readAll(from, 'destination'),
      ]);
      return {
        routes: routes.readable,
        destinations: destinations.readable,
        unreadable: [...routes.unreadable, ...destinations.unreadable],
      };
    },
  };
}

/** Throws `UnreadableConfigError` when there is something that cannot be read. */
export async function findConfig<K extends ConfigKind>(
  { client, table }: Table,
  kind: K,
  id: string,
  options: { isConsistent?: boolean } = {},
): Promise<ConfigOf<K> | undefined> {
  const { Item } = await client.call('GetItem', {
    TableName: table,
    Key: configKey(kind, id),
    ConsistentRead: options.isConsistent ?? false,
  });
  return Item === undefined ? undefined : readConfig(kind, Item);
}

/** The items of one kind as they lie in the table. */
export async function queryConfig(
  { client, table }: Table,
  kind: ConfigKind,
  options: { isConsistent?: boolean } = {},
): Promise<Item[]> {
  return queryAll(client, {
    TableName: table,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': CONFIG_PARTITION[kind] },
    ConsistentRead: options.isConsistent ?? false,
  });
}

async function readAll<K extends ConfigKind>(from: Table, kind: K) {
  const readable: ConfigOf<K>[] = [];
  const unreadable: string[] = [];
  for (const item of await queryConfig(from, kind)) {
    try {
      readable.push(readConfig(kind, item));
    } catch (error) {
      if (!(error instanceof UnreadableConfigError)) throw error;
      unreadable.push(error.message);
    }
  }
  return { readable, unreadable };
}
