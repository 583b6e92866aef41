import type { DynamodbClient } from './dynamodb-client.ts';
import { chunks, type Item } from './dynamodb-pages.ts';

const READS_PER_CALL = 100;
const BACKOFF_MS = [50, 100, 200, 400];

/**
 * The items of these keys that exist, in no order.
 *
 * What an answer leaves over (it ends at 16 MiB) is asked for again; an answer without any item counts as throttled
 * and is waited for.
 */
export async function batchGet({
  client,
  table,
  keys,
  attributes,
  isConsistent,
  wait,
}: {
  client: DynamodbClient;
  table: string;
  keys: Item[];
  /** Only these; all when left out. */
  attributes?: string[];
  isConsistent: boolean;
  wait: (ms: number) => Promise<unknown>;
}): Promise<Item[]> {
  async function read(chunk: Item[]): Promise<Item[]> {
    const items: Item[] = [];
    const waits = [...BACKOFF_MS];
    let left = chunk;
    while (left.length > 0) {
      const { Responses, UnprocessedKeys } = await client.call('BatchGetItem', {
        RequestItems: {
          [table]: {
            Keys: left,
            ConsistentRead: isConsistent,
            ...(attributes !== undefined && {
              ProjectionExpression: attributes.map((_, index) => `#a${index}`).join(', '),
              ExpressionAttributeNames: Object.fromEntries(
                attributes.map((name, index) => [`#a${index}`, name]),
              ),
            }),
          },
        },
      });
      items.push(...(Responses?.[table] ?? []));
      const before = left.length;
      left = UnprocessedKeys?.[table]?.Keys ?? [];
      if (left.length < before) continue;
      const waitMs = waits.shift();
      if (waitMs === undefined) {
        throw new Error(`dynamodb left ${left.length} of ${chunk.length} items unread after every retry`);
      }
      await wait(waitMs);
    }
    return items;
  }
  return (await Promise.all(chunks(keys, READS_PER_CALL).map(async (chunk) => read(chunk)))).flat();
}
