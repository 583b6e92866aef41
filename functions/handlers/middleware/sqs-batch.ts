import type { MiddlewareObj } from '@middy/core';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { failedReceiveSeconds } from '../../core/failed-receive.ts';

/** Message ids that must come back: the only thing an SQS handler answers. */
export type FailedMessages = { failedMessageIds: string[] };

/** Has received messages hidden for so long from now on, in place of the queue's visibility timeout. */
export type HideMessages = (
  queueArn: string,
  messages: readonly { receiptHandle: string; seconds: number }[],
) => Promise<void>;

/**
 * Builds the partial batch response. SQS reads a missing or empty one as "all done, delete them", so an answer that
 * is not ours is an error: the whole batch comes back.
 *
 * What comes back does so after `failedReceiveSeconds`: whoever failed it lives and says so. The visibility timeout of the queue
 * is for workers that were killed. Where the call fails, the message comes back after that timeout.
 */
export function sqsBatch(hide: HideMessages): MiddlewareObj<SQSEvent, SQSBatchResponse | FailedMessages> {
  return {
    after: async (request) => {
      const answer = request.response;
      if (answer === null || answer === undefined || !('failedMessageIds' in answer)) {
        throw new Error('an SQS handler must answer with the ids of the messages that failed');
      }
      const failed = new Set(answer.failedMessageIds);
      await comeBack(
        request.event.Records.filter(({ messageId }) => failed.has(messageId)),
        hide,
      );
      request.response = {
        batchItemFailures: answer.failedMessageIds.map((itemIdentifier) => ({ itemIdentifier })),
      };
    },
    onError: async (request) => comeBack(request.event.Records, hide),
  };
}

/** The messages of a batch are of one queue. */
async function comeBack(failed: readonly SQSRecord[], hide: HideMessages): Promise<void> {
  const [first] = failed;
  if (first === undefined) return;
  const messages = failed.map(({ receiptHandle, attributes }) => ({
    receiptHandle,
    seconds: failedReceiveSeconds(Number(attributes.ApproximateReceiveCount)),
  }));
  await hide(first.eventSourceARN, messages).catch(() => undefined);
}
