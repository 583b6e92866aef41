import { boundedMap, CALLS_AT_ONCE } from '../core/bounded-map.ts';
import type { TimeLeft } from '../core/ports.ts';
import { type DynamodbClient, isThrottled } from './dynamodb-client.ts';
import type { WriteRequest } from './dynamodb-operations.ts';
import { chunks, type Item, uniqueByKey } from './dynamodb-pages.ts';
import { HALF_A_MINUTE, throttledWaits } from './dynamodb-throttled.ts';

const WRITES_PER_CALL = 25;

/**
 * Puts any number of items; of two with the same key the later one.
 *
 * What DynamoDB leaves over, or refuses because it is too much at once, is sent again while there is time.
 */
export async function batchPut({
  client,
  table,
  items,
  wait,
  timeLeft = HALF_A_MINUTE,
}: {
  client: DynamodbClient;
  table: string;
  items: Item[];
  wait: (ms: number) => Promise<unknown>;
  timeLeft?: TimeLeft;
}): Promise<void> {
  async function put(chunk: Item[]): Promise<void> {
    const waitForMore = throttledWaits({ timeLeft, wait });
    let left: WriteRequest[] = chunk.map((item) => ({ PutRequest: { Item: item } }));
    for (;;) {
      left = await writeOnce(client, table, left);
      if (left.length === 0) return;
      if (!(await waitForMore())) {
        throw new Error(
          `dynamodb left ${left.length} of ${chunk.length} items unwritten until the time was over`,
        );
      }
    }
  }
  await boundedMap(chunks(uniqueByKey(items), WRITES_PER_CALL), CALLS_AT_ONCE, put);
}

/** What is left over: a batch is answered with 200 even when nothing of it was written. */
export async function writeOnce(
  client: DynamodbClient,
  table: string,
  requests: WriteRequest[],
): Promise<WriteRequest[]> {
  try {
    const { UnprocessedItems } = await client.call('BatchWriteItem', { RequestItems: { [table]: requests } });
    return UnprocessedItems?.[table] ?? [];
  } catch (error) {
    if (isThrottled(error)) return requests;
    throw error;
  }
}
