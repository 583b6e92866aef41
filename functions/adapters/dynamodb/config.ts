import { STORED_DESTINATION } from '../../core/config/stored/destination.ts';
import { STORED_ROUTE } from '../../core/config/stored/route.ts';
import { STORED_SOURCE } from '../../core/config/stored/source.ts';
import type { StoredKind } from '../../core/config/stored/stored-kind.ts';
import type { ConfigKind } from '../../core/model/config/unreadable-config.ts';
import type { ConfigOf } from '../../core/model/config/config-of.ts';
import type { DestinationRegistry } from '../../core/deliver/ports.ts';
import type { RoutingTable } from '../../core/route/ports.ts';
import type { SourceList } from '../../core/watch/ports.ts';
import type { SourceRegistry } from '../../core/ingest/ports.ts';
import type { DynamodbClient } from './client.ts';
import { readConfig, sortConfig } from './config-items.ts';
import { configKey, configPartition, configVersionKey } from './keys.ts';
import { type Item, queryAll } from './pages.ts';

type Table = { client: DynamodbClient; table: string };

/**
 * Sources by id. Consistent: what was created a moment ago accepts its first request, and what was rotated or switched
 * off counts once the cache in front lets go of it. That is half a read unit more each time a source is looked up.
 */
export function dynamodbSourceRegistry(from: Table): SourceRegistry {
  return { find: async (id) => findConfig(from, STORED_SOURCE, id, { isConsistent: true }) };
}

/** All sources. One that cannot be read is told apart and does not stop the others. */
export function dynamodbSourceList(from: Table): SourceList {
  return {
    list: async () => {
      const { readable, unreadable } = sortConfig(STORED_SOURCE, await queryConfig(from, 'source'));
      return { sources: readable, unreadable };
    },
  };
}

/** Destinations by id. */
export function dynamodbDestinationRegistry(from: Table): DestinationRegistry {
  return {
    find: async (id, options) =>
      findConfig(from, STORED_DESTINATION, id, { isConsistent: options?.isFresh === true }),
  };
}

/** All routes and destinations, past every replica: the version that they are cached by was read that way too. */
export function dynamodbRoutingTable(from: Table): RoutingTable {
  return {
    load: async () => {
      const [routes, destinations] = await Promise.all([
        queryConfig(from, 'route', { isConsistent: true }),
        queryConfig(from, 'destination', { isConsistent: true }),
      ]);
      const sorted = {
        routes: sortConfig(STORED_ROUTE, routes),
        destinations: sortConfig(STORED_DESTINATION, destinations),
      };
      return {
        routes: sorted.routes.readable,
        destinations: sorted.destinations.readable,
        unreadable: { routes: sorted.routes.unreadable, destinations: sorted.destinations.unreadable },
      };
    },
  };
}

/** How often the configuration was changed. It never goes back, and two answers that are the same mean no change. */
export function dynamodbConfigVersion({ client, table }: Table): { read(): Promise<string> } {
  return {
    read: async () => {
      const { Item } = await client.call('GetItem', {
        TableName: table,
        Key: configVersionKey(),
        ConsistentRead: true,
      });
      return String(Number(Item?.['version'] ?? 0));
    },
  };
}

/**
 * After a change, never before it: who reads the new version must find the change. Should the writer die in between, the
 * functions see the change when they let go of what they remember.
 */
export async function countConfigChange({ client, table }: Table): Promise<void> {
  await client.call('UpdateItem', {
    TableName: table,
    Key: configVersionKey(),
    UpdateExpression: 'SET #version = if_not_exists(#version, :none) + :one',
    ExpressionAttributeNames: { '#version': 'version' },
    ExpressionAttributeValues: { ':none': 0, ':one': 1 },
  });
}

/** Throws `UnreadableConfigError` when there is something that cannot be read. */
async function findConfig<K extends ConfigKind>(
  from: Table,
  stored: StoredKind<K>,
  id: string,
  options: { isConsistent?: boolean } = {},
): Promise<ConfigOf<K> | undefined> {
  const item = await getConfigItem(from, stored.kind, id, options);
  return item === undefined ? undefined : readConfig(stored, item);
}

/** The item as it lies in the table. */
export async function getConfigItem(
  { client, table }: Table,
  kind: ConfigKind,
  id: string,
  options: { isConsistent?: boolean } = {},
): Promise<Item | undefined> {
  const { Item } = await client.call('GetItem', {
    TableName: table,
    Key: configKey(kind, id),
    ConsistentRead: options.isConsistent ?? false,
  });
  return Item;
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
    ExpressionAttributeValues: { ':pk': configPartition(kind) },
    ConsistentRead: options.isConsistent ?? false,
  });
}
