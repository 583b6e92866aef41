import type { Key } from './keys.ts';
import type { Item } from './pages.ts';
import type { TableAccess } from './table-access.ts';

/** An item as it is now. */
export async function readItem({ client, table }: TableAccess, key: Key): Promise<Item | undefined> {
  const { Item } = await client.call('GetItem', { TableName: table, Key: key, ConsistentRead: true });
  return Item;
}
