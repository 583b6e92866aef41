import type { SQSClient } from '@aws-sdk/client-sqs';
import { boundedMap } from '../../core/bounded-map.ts';
import type { Channel } from '../../core/model/config/destination.ts';
import type { DeliveryQueue } from '../../core/route/ports.ts';
import { encodeMessageBody } from './message-body.ts';
import { deliveryGroup } from './message-groups.ts';
import { sendMessages } from './send.ts';

/** First attempts, to the queue of their channel. */
export function sqsDeliveryQueue({
  client,
  queueUrls,
}: {
  client: SQSClient;
  queueUrls: Record<Channel, string>;
}): DeliveryQueue {
  return {
    enqueue: async (messages) => {
      const channels = [...new Set(messages.map(({ channel }) => channel))];
      // What one channel refuses does not keep the other's.
      await boundedMap(channels, channels.length, async (channel) =>
        sendMessages(
          client,
          queueUrls[channel],
          messages
            .filter((message) => message.channel === channel)
            .map((message) => ({ body: encodeMessageBody(message), groupId: deliveryGroup(message) })),
        ),
      );
    },
  };
}
