import type { Account } from '../emulators/account.ts';
import { attributesMd5 } from '../emulators/sqs/message-attributes.ts';
import type { StoredMessage } from '../emulators/sqs/message-store.ts';
import {
  messageAttributesOf,
  receiptHandleOf,
  systemAttributesOf,
} from '../emulators/sqs/received-message.ts';
import { isJsonObject } from '../json-object.ts';
import type { JsonObject } from '../json-object.ts';

/** The event that Lambda gives a function for a batch of messages. */
export function sqsEvent(messages: readonly StoredMessage[], queueArn: string, account: Account): JsonObject {
  return { Records: messages.map((message) => recordOf(message, queueArn, account)) };
}

function recordOf(message: StoredMessage, queueArn: string, account: Account): JsonObject {
  const attributes = messageAttributesOf(message);
  const messageAttributes = Object.entries(attributes).map(([name, attribute]) => [
    name,
    {
      ...(attribute.StringValue !== undefined && { stringValue: attribute.StringValue }),
      ...(attribute.BinaryValue !== undefined && { binaryValue: attribute.BinaryValue }),
      stringListValues: [],
      binaryListValues: [],
      dataType: attribute.DataType,
    },
  ]);
  return {
    messageId: message.message_id,
    receiptHandle: receiptHandleOf(message),
    body: message.body,
    attributes: systemAttributesOf(message, account),
    messageAttributes: Object.fromEntries(messageAttributes) as JsonObject,
    ...(messageAttributes.length > 0 && { md5OfMessageAttributes: attributesMd5(attributes) }),
    md5OfBody: message.body_md5,
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: account.region,
  };
}

/**
 * The ids of the messages that a function reports as failed; `all` when the report itself is unusable.
 *
 * Nothing, null, an empty object and an empty list all mean that the whole batch succeeded
 * (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html).
 */
export function failedMessageIds(answer: unknown, batch: readonly StoredMessage[]): Set<string> | 'all' {
  if (answer === null || answer === undefined) return new Set();
  if (!isJsonObject(answer)) return 'all';
  const failures = answer['batchItemFailures'] ?? [];
  if (!Array.isArray(failures)) return 'all';
  const known = new Set(batch.map((message) => message.message_id));
  const ids = new Set<string>();
  for (const failure of failures as unknown[]) {
    const id = isJsonObject(failure) ? failure['itemIdentifier'] : undefined;
    if (typeof id !== 'string' || !known.has(id)) return 'all';
    ids.add(id);
  }
  return ids;
}
