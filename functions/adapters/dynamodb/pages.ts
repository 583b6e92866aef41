import type { DynamodbClient } from './client.ts';
import type { QueryInput } from './operations.ts';

export type Item = Record<string, unknown>;

/** `pk` and `sk` as one text. */
export const keyText = (item: Item): string => JSON.stringify([item['pk'], item['sk']]);

/** Each key once, the last of those that are equal: a batch that names one twice is refused as a whole. */
export function uniqueByKey<T = Item>(list: T[], keyOfOne = (one: T) => one as Item): T[] {
  return [...new Map(list.map((one) => [keyText(keyOfOne(one)), one])).values()];
}

/** The query for one partition of an index: its entries from `first` to `last`, both among them. */
export function entriesBetween(
  index: { index: string; partitionKey: string; sortKey: string },
  partition: string,
  { first, last }: { first: string; last: string },
) {
  return {
    IndexName: index.index,
    KeyConditionExpression: '#partition = :partition AND #sort BETWEEN :first AND :last',
    ExpressionAttributeNames: { '#partition': index.partitionKey, '#sort': index.sortKey },
    ExpressionAttributeValues: { ':partition': partition, ':first': first, ':last': last },
  };
}

/** The items of a query, answer after answer: one ends at 1 MiB. For lists that must not be in memory all at once. */
export async function* queryPages(client: DynamodbClient, query: QueryInput): AsyncGenerator<Item[]> {
  let start: Item | undefined;
  do {
    const page = await client.call('Query', {
      ...query,
      ...(start !== undefined && { ExclusiveStartKey: start }),
    });
    yield page.Items ?? [];
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
}

/** All items of a query. */
export async function queryAll(client: DynamodbClient, query: QueryInput): Promise<Item[]> {
  const items: Item[] = [];
  for await (const page of queryPages(client, query)) items.push(...page);
  return items;
}
