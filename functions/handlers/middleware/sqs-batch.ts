import type { MiddlewareObj } from '@middy/core';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';

/** Message ids that must come back: the only thing an SQS handler answers. */
export type FailedMessages = { failedMessageIds: string[] };

/**
 * Builds the partial batch response. SQS reads a missing or empty one as "all done, delete them", so an answer that
 * is not ours is an error: the whole batch comes back.
 */
export function sqsBatch(): MiddlewareObj<SQSEvent, SQSBatchResponse | FailedMessages> {
  return {
    after: (request) => {
      const answer = request.response;
      if (answer === null || answer === undefined || !('failedMessageIds' in answer)) {
        throw new Error('an SQS handler must answer with the ids of the messages that failed');
      }
      request.response = {
        batchItemFailures: answer.failedMessageIds.map((itemIdentifier) => ({ itemIdentifier })),
      };
    },
  };
}
