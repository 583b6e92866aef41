import { chunks } from '../../core/chunks.ts';
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { boundedMap, CALLS_AT_ONCE } from '../../core/bounded-map.ts';
import {
  DEAD_LETTER_QUEUES,
  type DeadLetter,
  type DeadLetterQueueId,
} from '../../core/model/wire/dead-letter.ts';
import type { DeadLetterWatch } from '../../core/watch/ports.ts';
import { encodeMessageBody, MAX_MESSAGE_BYTES } from './message-body.ts';
import { deliveryGroup } from './message-groups.ts';
import { readDeadLetters } from './read-dead-letters.ts';
import { inNextRound } from './retry-queue.ts';
import { sendMessages } from './send.ts';

/** As long as a run of the watcher may take: what it does not show again shows itself then. */
const HIDDEN_SECONDS = 60;
const ENTRIES_PER_CALL = 10;
/** Room for the reason and the detail, which count as a part of a message. */
const ATTRIBUTE_BYTES = 1_024;

/** The dead-letter queues by their URLs. A queue without a visible letter costs one call. */
export function sqsDeadLetterWatch({
  client,
  urls,
}: {
  client: SQSClient;
  /** A queue that the deployment does not have is left out. */
  urls: Partial<Record<DeadLetterQueueId, string>>;
}): DeadLetterWatch {
  function of(queue: DeadLetterQueueId): string {
    const url = urls[queue];
    if (url === undefined) throw new Error(`the deployment has no queue ${queue}`);
    return url;
  }

  async function holdsAny(url: string): Promise<boolean> {
    const { Attributes } = await client.send(
      new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['ApproximateNumberOfMessages'] }),
    );
    return Number(Attributes?.ApproximateNumberOfMessages ?? 0) > 0;
  }

  async function show(queue: DeadLetterQueueId, letters: readonly DeadLetter[]): Promise<void> {
    // What is refused here was shown, moved or removed by somebody else, or is shown when its time is over.
    await boundedMap(chunks([...letters], ENTRIES_PER_CALL), CALLS_AT_ONCE, async (some) =>
      client.send(
        new ChangeMessageVisibilityBatchCommand({
          QueueUrl: of(queue),
          Entries: some.map(({ receiptHandle }, index) => ({
            Id: String(index),
            ReceiptHandle: receiptHandle,
            VisibilityTimeout: 0,
          })),
        }),
      ),
    );
  }

  return {
    read: async function* read() {
      for (const queue of DEAD_LETTER_QUEUES) {
        const url = urls[queue];
        if (url !== undefined && (await holdsAny(url))) {
          yield* readDeadLetters(client, {
            queue,
            url,
            visibilitySeconds: HIDDEN_SECONDS,
            receiveWaitSeconds: 0,
          });
        }
      }
    },

    release: async (letters) => {
      for (const queue of DEAD_LETTER_QUEUES) {
        await show(
          queue,
          letters.filter((letter) => letter.queue === queue),
        );
      }
    },

    restate: async ({ queue, delivery, body }, { reason, detail }) => {
      const restated = delivery === undefined ? body : encodeMessageBody(inNextRound(delivery));
      if (Buffer.byteLength(restated) > MAX_MESSAGE_BYTES - ATTRIBUTE_BYTES) return false;
      await sendMessages(client, of(queue), [
        {
          body: restated,
          ...(delivery !== undefined && { groupId: deliveryGroup(delivery) }),
          attributes: { reason, detail },
        },
      ]);
      return true;
    },

    drop: async ({ queue, receiptHandle }) => {
      await client.send(new DeleteMessageCommand({ QueueUrl: of(queue), ReceiptHandle: receiptHandle }));
    },
  };
}
