import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { boundedMap, CALLS_AT_ONCE } from '../../core/bounded-map.ts';
import type { Channel } from '../../core/model/config/destination.ts';
import type { Lanes } from '../../core/watch/ports.ts';

const AT_WORK = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
const ALL = [...AT_WORK, 'ApproximateNumberOfMessagesDelayed'] as const;

/**
 * Whether the queues of a lane hold anything. SQS's counts are approximate, and right about a minute after the last
 * message was sent (API reference, GetQueueAttributes): they are asked about messages that are much older.
 */
export function sqsLanes({
  client,
  urls,
}: {
  client: SQSClient;
  urls: Record<Channel | 'alerts', string[]>;
}): Lanes {
  async function holdsNone(
    lane: keyof typeof urls,
    counts: readonly (typeof ALL)[number][],
  ): Promise<boolean> {
    const held = await boundedMap(urls[lane], CALLS_AT_ONCE, async (url) => {
      const { Attributes } = await client.send(
        new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: [...counts] }),
      );
      // A count that is missing is not a count of none.
      return counts.some((count) => Attributes?.[count] !== '0');
    });
    return !held.includes(true);
  }
  return {
    isEmpty: async (lane) => holdsNone(lane, ALL),
    isIdle: async (lane) => holdsNone(lane, AT_WORK),
  };
}
