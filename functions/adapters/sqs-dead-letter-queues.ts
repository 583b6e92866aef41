import { setTimeout as sleep } from 'node:timers/promises';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  ListMessageMoveTasksCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import type { DeliveryMessage } from '../core/model/delivery.ts';
import type { Manifest } from '../core/model/manifest.ts';
import type { DeadLetter, DeadLetterQueues } from '../core/operator-ports.ts';
import { decodeMessageBody } from './sqs-message-body.ts';
import { deliveryGroup } from './sqs-message-groups.ts';
import { sendMessages } from './sqs-send.ts';

type QueueId = DeadLetter['queue'];
const POLL_MS = 500;

/** The dead-letter queues of a gateway, by the queue that each is behind. */
export function sqsDeadLetterQueues({
  client,
  queues,
  receiveWaitSeconds = 1,
  wait = sleep,
}: {
  client: SQSClient;
  queues: Manifest['queues'];
  /** Long polling asks every server of a queue: a short poll may find nothing where there is something. */
  receiveWaitSeconds?: number;
  wait?: (ms: number) => Promise<unknown>;
}): DeadLetterQueues {
  const ids = Object.keys(queues) as QueueId[];

  async function* readQueue(queue: QueueId, visibilitySeconds: number): AsyncGenerator<DeadLetter> {
    const seen = new Set<string>();
    for (;;) {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({
          QueueUrl: queues[queue].deadLetterUrl,
          MaxNumberOfMessages: 10,
          VisibilityTimeout: visibilitySeconds,
          WaitTimeSeconds: receiveWaitSeconds,
          MessageAttributeNames: ['All'],
          MessageSystemAttributeNames: ['SentTimestamp'],
        }),
      );
      const fresh = Messages.filter(({ MessageId }) => !seen.has(MessageId ?? ''));
      // Nothing new: empty, or so long that the first ones are visible again.
      if (fresh.length === 0) return;
      for (const message of fresh) {
        seen.add(message.MessageId ?? '');
        yield toDeadLetter(queue, message);
      }
    }
  }

  return {
    read: async function* read({ visibilitySeconds }) {
      const read = new Set<string>();
      for (const id of ids) {
        // Two queues may share one dead-letter queue.
        const url = queues[id].deadLetterUrl;
        if (!read.has(url)) yield* readQueue(id, visibilitySeconds);
        read.add(url);
      }
    },

    release: async ({ queue, receiptHandle }) => {
      await client.send(
        new ChangeMessageVisibilityCommand({
          QueueUrl: queues[queue].deadLetterUrl,
          ReceiptHandle: receiptHandle,
          VisibilityTimeout: 0,
        }),
      );
    },

    redrive: async ({ queue, receiptHandle, body, delivery }) => {
      await sendMessages(client, queues[queue].url, [
        { body, ...(delivery !== undefined && { groupId: deliveryGroup(delivery) }) },
      ]);
      await client.send(
        new DeleteMessageCommand({ QueueUrl: queues[queue].deadLetterUrl, ReceiptHandle: receiptHandle }),
      );
    },

    redriveAll: async (queue) => {
      const { arn, deadLetterArn } = queues[queue];
      const { TaskHandle } = await client.send(
        // Named, because a message that was sent to a dead-letter queue directly has no source to go back to.
        new StartMessageMoveTaskCommand({ SourceArn: deadLetterArn, DestinationArn: arn }),
      );
      for (;;) {
        const task = await latestTask(client, deadLetterArn, TaskHandle);
        if (task?.Status === 'COMPLETED') return task.ApproximateNumberOfMessagesMoved ?? 0;
        if (task?.Status === 'FAILED' || task?.Status === 'CANCELLED') {
          throw new Error(
            `sqs ended moving the dead letters of queue ${queue} with ${task.Status}` +
              (task.FailureReason === undefined ? '' : ` (${task.FailureReason})`),
          );
        }
        await wait(POLL_MS);
      }
    },
  };
}

/** The task of the handle while it runs; once it ended SQS tells no handle, and it is the newest of the list. */
async function latestTask(client: SQSClient, sourceArn: string, handle: string | undefined) {
  const { Results = [] } = await client.send(
    new ListMessageMoveTasksCommand({ SourceArn: sourceArn, MaxResults: 10 }),
  );
  return (
    Results.find(({ TaskHandle }) => TaskHandle !== undefined && TaskHandle === handle) ??
    Results.toSorted((a, b) => (b.StartedTimestamp ?? 0) - (a.StartedTimestamp ?? 0))[0]
  );
}

function toDeadLetter(queue: QueueId, message: Message): DeadLetter {
  const { MessageId = '', ReceiptHandle = '', Body = '', Attributes, MessageAttributes } = message;
  const detail = MessageAttributes?.['detail']?.StringValue;
  const delivery = queue === 'alerts' ? undefined : readDeliveryMessage(Body);
  return {
    queue,
    messageId: MessageId,
    receiptHandle: ReceiptHandle,
    sentAt: new Date(Number(Attributes?.SentTimestamp ?? 0)).toISOString(),
    reason: MessageAttributes?.['reason']?.StringValue ?? 'pipeline-fault',
    ...(detail !== undefined && { detail }),
    ...(delivery !== undefined && { delivery }),
    body: Body,
  };
}

function readDeliveryMessage(body: string): DeliveryMessage | undefined {
  try {
    const message = decodeMessageBody(body) as Partial<DeliveryMessage> | null;
    return typeof message?.delivery_id === 'string' && typeof message.destination_id === 'string'
      ? (message as DeliveryMessage)
      : undefined;
  } catch {
    // A dead letter may be one because it cannot be read; the operator sees it all the same.
    return undefined;
  }
}
