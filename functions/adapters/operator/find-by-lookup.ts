import { TABLE } from '../../core/model/wire/table.ts';
import { keyOf } from '../dynamodb/keys.ts';
import type { Item } from '../dynamodb/pages.ts';
import type { TableAccess } from '../dynamodb/table-access.ts';

/** The first item of a partition of the look-up index, as it stands in the table now: an index may be a moment old. */
export async function findByLookup(
  { client, table }: TableAccess,
  partition: string,
): Promise<Item | undefined> {
  const { Items: [row] = [] } = await client.call('Query', {
    TableName: table,
    IndexName: TABLE.byLookup.index,
    KeyConditionExpression: '#partition = :partition',
    ExpressionAttributeNames: { '#partition': TABLE.byLookup.partitionKey },
    ExpressionAttributeValues: { ':partition': partition },
    Limit: 1,
  });
  if (row === undefined) return undefined;
  const { Item } = await client.call('GetItem', {
    TableName: table,
    Key: keyOf(row),
    ConsistentRead: true,
  });
  return Item;
}
