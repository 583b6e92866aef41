import { ChangeMessageVisibilityBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { chunks } from '../../core/chunks.ts';

const ENTRIES_PER_CALL = 10;

/**
 * Changes how long received messages stay hidden, counted from now. An entry that SQS refuses keeps what its queue gave
 * it, which is longer.
 *
 * @param queueUrls of the queues that a function works off; which one it is, the ARN in its event says
 */
export function sqsHideMessages({ client, queueUrls }: { client: SQSClient; queueUrls: readonly string[] }) {
  return async (
    queueArn: string,
    messages: readonly { receiptHandle: string; seconds: number }[],
  ): Promise<void> => {
    const name = queueArn.split(':').at(-1) ?? '';
    const queueUrl = queueUrls.find((url) => url.endsWith(`/${name}`));
    if (queueUrl === undefined) throw new Error(`no URL is known of the queue ${name}`);
    for (const some of chunks([...messages], ENTRIES_PER_CALL)) {
      await client.send(
        new ChangeMessageVisibilityBatchCommand({
          QueueUrl: queueUrl,
          Entries: some.map(({ receiptHandle, seconds }, index) => ({
            Id: String(index),
            ReceiptHandle: receiptHandle,
            VisibilityTimeout: seconds,
          })),
        }),
      );
    }
  };
}
