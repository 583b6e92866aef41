import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Channel } from '../core/model/destination.ts';
import type { DeliveryQueue } from '../core/ports.ts';
import { encodeMessageBody } from './sqs-message-body.ts';
import { deliveryGroup } from './sqs-message-groups.ts';
import { sendMessages } from './sqs-send.ts';

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
      const sent = await Promise.allSettled(
        channels.map(async (channel) =>
          sendMessages(
            client,
            queueUrls[channel],
            messages
              .filter((message) => message.channel === channel)
              .map((message) => ({ body: encodeMessageBody(message), groupId: deliveryGroup(message) })),
          ),
        ),
      );
      const failed = sent.find((result) => result.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
    },
  };
}
