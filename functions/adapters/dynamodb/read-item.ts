import type { DynamodbClient } from './client.ts';
import type { Key } from './keys.ts';
import type { Item } from './pages.ts';

/** An item as it is now. */
export async function readItem(
  { client, table }: { client: DynamodbClient; table: string },
  key: Key,
): Promise<Item | undefined> {
  const { Item } = await client.call('GetItem', { TableName: table, Key: key, ConsistentRead: true });
  return Item;
}
