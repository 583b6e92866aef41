import type { StoredKind } from '../../core/config/stored/stored-kind.ts';
import { isOfCanary } from '../../core/model/config/canary.ts';
import type { ConfigKind, Listed, UnreadableOf } from '../../core/model/config/unreadable-config.ts';
import type { ConfigOf } from '../../core/model/config/config-of.ts';
import { readConfig, sortConfig } from './config-items.ts';
import { configKey, configPartition, configVersionKey } from './keys.ts';
import { type Item, queryAll } from './pages.ts';
import { readItem } from './read-item.ts';
import type { TableAccess } from './table-access.ts';

/**
 * The part that all kinds of configuration share. Each kind is read in a file of its own, so that a function has only what
 * it reads in its bundle.
 */
/** How often the configuration was changed. It never goes back, and two answers that are the same mean no change. */
export function dynamodbConfigVersion({ client, table }: TableAccess): { read(): Promise<string> } {
  return {
    read: async () => {
      const item = await readItem({ client, table }, configVersionKey());
      return String(Number(item?.['version'] ?? 0));
    },
  };
}

/**
 * Comes after a change, never before it: a reader of the new version must find the change. If the writer dies in between, the
 * functions see the change when their caches expire.
 */
export async function countConfigChange({ client, table }: TableAccess): Promise<void> {
  await client.call('UpdateItem', {
    TableName: table,
    Key: configVersionKey(),
    UpdateExpression: 'SET #version = if_not_exists(#version, :none) + :one',
    ExpressionAttributeNames: { '#version': 'version' },
    ExpressionAttributeValues: { ':none': 0, ':one': 1 },
  });
}

/** Throws `UnreadableConfigError` when there is something that cannot be read. */
export async function findConfig<K extends ConfigKind>(
  from: TableAccess,
  stored: StoredKind<K>,
  id: string,
  options: { isConsistent?: boolean } = {},
): Promise<ConfigOf<K> | undefined> {
  const item = await getConfigItem(from, stored.kind, id, options);
  return item === undefined ? undefined : readConfig(stored, item);
}

/** The item as it lies in the table. */
export async function getConfigItem(
  { client, table }: TableAccess,
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

/** The items of one kind as they lie in the table, but for the canary's: the gateway made them, and no rule of an operator is about them. */
export async function queryConfig(
  { client, table }: TableAccess,
  kind: ConfigKind,
  options: { isConsistent?: boolean } = {},
): Promise<Item[]> {
  const items = await queryAll(client, {
    TableName: table,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': configPartition(kind) },
    ConsistentRead: options.isConsistent ?? false,
  });
  return items.filter(({ sk }) => !isOfCanary(String(sk)));
}

/** Every item of one kind, on the list of those that can be read or on that of the others. */
export async function listConfig<K extends ConfigKind>(
  from: TableAccess,
  stored: StoredKind<K>,
  options: { isConsistent?: boolean } = {},
): Promise<Listed<ConfigOf<K>, UnreadableOf<K>>> {
  return sortConfig(stored, await queryConfig(from, stored.kind, options));
}
