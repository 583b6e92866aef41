import type { Item } from './pages.ts';
import type { TableAccess } from './table-access.ts';

/** So many statements a call may have. */
export const INSERTS_PER_CALL = 25;

/**
 * Puts items of different keys in one call, each under the condition that there is none of its key: BatchWriteItem has no conditions.
 *
 * Gives for each whether it is written now; false where there is one, and also where DynamoDB did not come to it: it refuses each
 * statement by itself, and answers the call with 200. A call that is repeated finds what it wrote the first time.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchExecuteStatement.html (2026-11-27)
 */
export async function insertEach({ client, table }: TableAccess, items: readonly Item[]): Promise<boolean[]> {
  const { Responses = [] } = await client.call('BatchExecuteStatement', {
    Statements: items.map((item) => insertOf(table, item)),
  });
  return items.map((_, index) => Responses[index] !== undefined && Responses[index].Error === undefined);
}

/** One text for all items of the same attributes. */
function insertOf(table: string, item: Item): { Statement: string; Parameters: unknown[] } {
  const names = Object.keys(item).filter((name) => item[name] !== undefined);
  return {
    Statement: `INSERT INTO "${table}" VALUE {${names.map((name) => `'${name}':?`).join(',')}}`,
    Parameters: names.map((name) => item[name]),
  };
}
