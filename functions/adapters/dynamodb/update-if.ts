import { conditionHeld } from './conditions.ts';
import type { Key } from './keys.ts';
import { updateOf } from './update-expression.ts';
import type { TableAccess } from './table-access.ts';

/** One conditional update; false when its condition failed. */
export async function updateIf(
  { client, table }: TableAccess,
  key: Key,
  condition: string,
  update: Parameters<typeof updateOf>[0],
): Promise<boolean> {
  return conditionHeld(
    client.call('UpdateItem', {
      TableName: table,
      Key: key,
      ...updateOf(update),
      ConditionExpression: condition,
    }),
  );
}
