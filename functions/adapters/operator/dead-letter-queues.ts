import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { boundedMap, CALLS_AT_ONCE } from '../../core/bounded-map.ts';
import { DEAD_LETTER_QUEUES, type DeadLetterQueueId } from '../../core/model/wire/dead-letter.ts';
import type { ManifestQueue } from '../../core/model/config/manifest.ts';
import type { DeadLetterQueues } from '../../core/operator/ports.ts';
import { readDeadLetters } from '../sqs/read-dead-letters.ts';
import { alertsGroup, deliveryGroup } from '../sqs/message-groups.ts';
import { sendMessages } from '../sqs/send.ts';

/** The dead-letter queues of a gateway, by the queue that each is behind. */
export function sqsDeadLetterQueues({
  client,
  queues,
  receiveWaitSeconds = 1,
}: {
  client: SQSClient;
  queues: Partial<Record<DeadLetterQueueId, ManifestQueue>>;
  receiveWaitSeconds?: number;
}): DeadLetterQueues {
  /** Two queues may share one dead-letter queue: then the first one stands for it. */
  const distinct = DEAD_LETTER_QUEUES.filter((id, index) => {
    const url = queues[id]?.deadLetterUrl;
    return (
      url !== undefined &&
      DEAD_LETTER_QUEUES.slice(0, index).every((before) => queues[before]?.deadLetterUrl !== url)
    );
  });

  function of(id: DeadLetterQueueId): ManifestQueue {
    const queue = queues[id];
    if (queue === undefined) {
      throw new Error(`the manifest names no queue ${id}; deploy the version of this command line`);
    }
    return queue;
  }

  return {
    read: async function* read({ visibilitySeconds }) {
      for (const queue of distinct) {
        const url = of(queue).deadLetterUrl;
        yield* readDeadLetters(client, { queue, url, visibilitySeconds, receiveWaitSeconds });
      }
    },

    hidden: async () => {
      const counts = await boundedMap(distinct, CALLS_AT_ONCE, async (id) => {
        const { Attributes } = await client.send(
          new GetQueueAttributesCommand({
            QueueUrl: of(id).deadLetterUrl,
            AttributeNames: ['ApproximateNumberOfMessagesNotVisible'],
          }),
        );
        return Number(Attributes?.ApproximateNumberOfMessagesNotVisible ?? 0);
      });
      return counts.reduce((sum, count) => sum + count, 0);
    },

    release: async ({ queue, receiptHandle }) => {
      await client.send(
        new ChangeMessageVisibilityCommand({
          QueueUrl: of(queue).deadLetterUrl,
          ReceiptHandle: receiptHandle,
          VisibilityTimeout: 0,
        }),
      );
    },

    redrive: async ({ queue, receiptHandle, body, delivery, accepted }) => {
      await sendMessages(client, of(queue).url, [
        {
          body,
          ...(delivery !== undefined && { groupId: deliveryGroup(delivery) }),
          ...(accepted !== undefined && { groupId: alertsGroup(accepted) }),
        },
      ]);
      await client.send(
        new DeleteMessageCommand({ QueueUrl: of(queue).deadLetterUrl, ReceiptHandle: receiptHandle }),
      );
    },
  };
}
