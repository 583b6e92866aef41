import { chunks } from '../../core/chunks.ts';
import { boundedMap, CALLS_AT_ONCE } from '../../core/bounded-map.ts';
import type { TimeLeft } from '../../core/world.ts';
import { type DynamodbClient, isThrottled } from './client.ts';
import type { KeysToRead } from './operations.ts';
import { type Item, uniqueByKey } from './pages.ts';
import { HALF_A_MINUTE, throttledWaits } from './throttled.ts';
import type { TableAccess } from './table-access.ts';

const READS_PER_CALL = 100;

/**
 * The items of these keys that exist, each once, in no order.
 *
 * Keys that an answer leaves over (it ends at 16 MiB) are asked for again; an answer without any item counts as throttled
 * and is waited for, while there is time.
 */
export async function batchGet({
  client,
  table,
  keys,
  attributes,
  isConsistent,
  wait,
  timeLeft = HALF_A_MINUTE,
}: TableAccess & {
  keys: Item[];
  /** Only these; all when left out. */
  attributes?: string[];
  isConsistent: boolean;
  wait: (ms: number) => Promise<unknown>;
  timeLeft?: TimeLeft;
}): Promise<Item[]> {
  const reading = { ConsistentRead: isConsistent, ...(attributes !== undefined && projectionOf(attributes)) };

  async function read(chunk: Item[]): Promise<Item[]> {
    const items: Item[] = [];
    const waitForMore = throttledWaits({ timeLeft, wait });
    let left = chunk;
    while (left.length > 0) {
      const before = left.length;
      const answer = await readOnce(client, table, { ...reading, Keys: left });
      items.push(...answer.items);
      left = answer.left;
      if (left.length < before || (await waitForMore())) continue;
      throw new Error(`dynamodb left ${left.length} of ${chunk.length} items unread until the time was over`);
    }
    return items;
  }

  return (await boundedMap(chunks(uniqueByKey(keys), READS_PER_CALL), CALLS_AT_ONCE, read)).flat();
}

async function readOnce(
  client: DynamodbClient,
  table: string,
  reading: KeysToRead,
): Promise<{ items: Item[]; left: Item[] }> {
  try {
    const { Responses, UnprocessedKeys } = await client.call('BatchGetItem', {
      RequestItems: { [table]: reading },
    });
    return { items: Responses?.[table] ?? [], left: UnprocessedKeys?.[table]?.Keys ?? [] };
  } catch (error) {
    if (isThrottled(error)) return { items: [], left: reading.Keys };
    throw error;
  }
}

function projectionOf(attributes: string[]): Partial<KeysToRead> {
  return {
    ProjectionExpression: attributes.map((_, index) => `#a${index}`).join(', '),
    ExpressionAttributeNames: Object.fromEntries(attributes.map((name, index) => [`#a${index}`, name])),
  };
}
