import { chunks } from '../../core/chunks.ts';
import { boundedMap, CALLS_AT_ONCE } from '../../core/bounded-map.ts';
import type { TimeLeft } from '../../core/world.ts';
import { type DynamodbClient, isThrottled } from './client.ts';
import type { WriteRequest } from './operations.ts';
import { type Item, uniqueByKey } from './pages.ts';
import { HALF_A_MINUTE, throttledWaits } from './throttled.ts';
import type { TableAccess } from './table-access.ts';

const WRITES_PER_CALL = 25;

type Parts = TableAccess & { wait: (ms: number) => Promise<unknown>; timeLeft?: TimeLeft };

/** Puts any number of items, as `batchWrite` does. */
export async function batchPut({ items, ...parts }: Parts & { items: Item[] }): Promise<void> {
  await batchWrite({
    ...parts,
    requests: items.map((item) => ({ PutRequest: { Item: item } })),
  });
}

/**
 * Any number of puts and deletes; of two with the same key the later one.
 *
 * Items that DynamoDB leaves over, or refuses because they are too many at once, are sent again while there is time.
 */
export async function batchWrite({
  client,
  table,
  requests,
  wait,
  timeLeft = HALF_A_MINUTE,
}: Parts & { requests: WriteRequest[] }): Promise<void> {
  async function write(chunk: WriteRequest[]): Promise<void> {
    const waitForMore = throttledWaits({ timeLeft, wait });
    let left = chunk;
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
  await boundedMap(chunks(uniqueByKey(requests, keyOfRequest), WRITES_PER_CALL), CALLS_AT_ONCE, write);
}

const keyOfRequest = (request: WriteRequest): Item =>
  'PutRequest' in request ? request.PutRequest.Item : request.DeleteRequest.Key;

/** The items that are left over: a batch is answered with 200 even when nothing of it was written. */
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
