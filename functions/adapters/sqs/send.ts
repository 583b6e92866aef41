import {
  type SendMessageBatchRequestEntry,
  SendMessageBatchCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { boundedMap, CALLS_AT_ONCE } from '../../core/bounded-map.ts';
import { MAX_MESSAGE_BYTES } from './message-body.ts';

const MAX_ENTRIES = 10;

export type OutgoingMessage = {
  body: string;
  /** On a standard queue: whose share of the queue this message counts towards (fair queues). */
  groupId?: string;
  /** 0..900. */
  delaySeconds?: number;
  attributes?: Record<string, string>;
};

/**
 * Sends any number of messages, ten and at most 1 MiB per call, several calls at once.
 *
 * Resolves only when SQS acknowledged every single message: the call itself answers 200 even when it refused some.
 */
export async function sendMessages(
  client: SQSClient,
  queueUrl: string,
  messages: OutgoingMessage[],
): Promise<void> {
  await boundedMap(inBatches(messages), CALLS_AT_ONCE, async (batch) => sendBatch(client, queueUrl, batch));
}

async function sendBatch(client: SQSClient, queueUrl: string, batch: OutgoingMessage[]): Promise<void> {
  const { Successful = [], Failed = [] } = await client.send(
    new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: batch.map(toEntry) }),
  );
  if (Failed.length === 0 && Successful.length === batch.length) return;
  const reasons = [...new Set(Failed.map(({ Code, Message }) => [Code, Message].filter(Boolean).join(': ')))];
  throw new Error(
    `sqs acknowledged ${Successful.length} of ${batch.length} messages for queue ${queueName(queueUrl)}` +
      (reasons.length > 0 ? ` (${reasons.join('; ')})` : ''),
  );
}

function toEntry(message: OutgoingMessage, index: number): SendMessageBatchRequestEntry {
  return {
    Id: String(index),
    MessageBody: message.body,
    ...(message.groupId !== undefined && { MessageGroupId: message.groupId }),
    ...(message.delaySeconds !== undefined && { DelaySeconds: message.delaySeconds }),
    ...(message.attributes !== undefined && {
      MessageAttributes: Object.fromEntries(
        Object.entries(message.attributes).map(([name, value]) => [
          name,
          { DataType: 'String', StringValue: value },
        ]),
      ),
    }),
  };
}

function inBatches(messages: OutgoingMessage[]): OutgoingMessage[][] {
  const batches: OutgoingMessage[][] = [];
  let batch: OutgoingMessage[] = [];
  let batchBytes = 0;
  for (const message of messages) {
    const bytes = messageBytes(message);
    if (bytes > MAX_MESSAGE_BYTES) {
      throw new RangeError(
        `message of ${bytes} bytes exceeds what sqs takes; expected at most ${MAX_MESSAGE_BYTES}`,
      );
    }
    if (batch.length === MAX_ENTRIES || batchBytes + bytes > MAX_MESSAGE_BYTES) {
      batches.push(batch);
      batch = [];
      batchBytes = 0;
    }
    batch.push(message);
    batchBytes += bytes;
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}

/** As SQS counts: the body, and of each attribute its name, its type and its value. */
function messageBytes({ body, attributes = {} }: OutgoingMessage): number {
  return Object.entries(attributes).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + 'String'.length + Buffer.byteLength(value),
    Buffer.byteLength(body),
  );
}

/** The last part of a queue's URL. */
export function queueName(queueUrl: string): string {
  return queueUrl.slice(queueUrl.lastIndexOf('/') + 1);
}
