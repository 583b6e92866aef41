import type { SQSClient } from '@aws-sdk/client-sqs';
import { boundedMap } from '../../core/bounded-map.ts';
import type { DeliveryMessage } from '../../core/model/wire/delivery.ts';
import type { DeliveryQueue } from '../../core/route/ports.ts';
import { encodeMessageBody } from './message-body.ts';
import { deliveryGroup } from './message-groups.ts';
import { sendMessages } from './send.ts';

/** The queues that first attempts go to, by URL. */
type FastLanes = {
  email: string;
  webhook: string;
  /** Only where the deployment has a function in a private network. */
  privateWebhook?: string | undefined;
};

/**
 * First attempts, to the queue of their channel and network. A message that is wrong in a network is handed to the other
 * one by the function that receives it, so one whose network nobody knows goes to the public queue.
 */
export function sqsDeliveryQueue({
  client,
  queueUrls,
}: {
  client: SQSClient;
  queueUrls: FastLanes;
}): DeliveryQueue {
  const urlOf = ({ channel, is_private: isPrivate }: DeliveryMessage): string =>
    (isPrivate === true ? queueUrls.privateWebhook : undefined) ?? queueUrls[channel];
  return {
    enqueue: async (messages) => {
      const urls = [...new Set(messages.map(urlOf))];
      // What one queue refuses does not keep the others'.
      await boundedMap(urls, urls.length, async (url) =>
        sendMessages(
          client,
          url,
          messages
            .filter((message) => urlOf(message) === url)
            .map((message) => ({ body: encodeMessageBody(message), groupId: deliveryGroup(message) })),
        ),
      );
    },
  };
}
