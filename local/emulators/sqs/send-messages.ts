import type { JsonObject } from '../../json-object.ts';
import { AwsError } from '../aws-error.ts';
import { integerBetween, optionalText, requiredText } from '../read-input.ts';
import { batchEntries, runBatch } from './batch.ts';
import { attributesMd5, bodyMd5, messageBytes, readMessageAttributes } from './message-attributes.ts';
import type { MessageStore } from './message-store.ts';
import { MAX_DELAY_SECONDS, MAX_MESSAGE_BYTES } from './queue-attributes.ts';
import type { Queue } from './queue-registry.ts';

// Everything outside of what XML 1.0 allows
// (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html).
// oxlint-disable-next-line no-control-regex
const FORBIDDEN_CHARACTER = /[^\u0009\u000A\u000D\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

/** Checks messages as SQS does and stores them. Callers bring the transaction and wake the receivers. */
export function createSender(messages: MessageStore) {
  function send(queue: Queue, input: JsonObject): JsonObject {
    const body = requiredText(input, 'MessageBody');
    const attributes = readMessageAttributes(input);
    if (optionalText(input, 'MessageDeduplicationId') !== undefined) {
      throw new AwsError(
        'InvalidParameterValue',
        'Value for parameter MessageDeduplicationId is invalid. Reason: The request includes a parameter that is not valid for this queue type.',
      );
    }
    const texts = [body, ...Object.values(attributes ?? {}).map(({ StringValue = '' }) => StringValue)];
    if (texts.some((text) => FORBIDDEN_CHARACTER.test(text))) {
      throw new AwsError(
        'InvalidMessageContents',
        'Invalid binary character in the message; see the allowed set.',
      );
    }
    const bytes = messageBytes(body, attributes);
    if (bytes > queue.settings.maxMessageBytes) {
      throw new AwsError(
        'InvalidParameterValue',
        `One or more parameters are invalid. Reason: Message must be shorter than ${queue.settings.maxMessageBytes} bytes.`,
      );
    }
    const groupId = optionalText(input, 'MessageGroupId');
    if (groupId !== undefined && !/^[\x21-\x7e]{1,128}$/.test(groupId)) {
      throw new AwsError(
        'InvalidParameterValue',
        'MessageGroupId can only include 1 to 128 printable characters.',
      );
    }
    const delaySeconds = integerBetween(input, 'DelaySeconds', {
      min: 0,
      max: MAX_DELAY_SECONDS,
      fallback: queue.settings.delaySeconds,
    });
    const md5 = bodyMd5(body);
    const attributesHash = attributes && attributesMd5(attributes);
    const MessageId = messages.insert(queue.name, {
      body,
      bodyMd5: md5,
      attributes: attributes && JSON.stringify(attributes),
      attributesMd5: attributesHash,
      groupId,
      delaySeconds,
    });
    return {
      MessageId,
      MD5OfMessageBody: md5,
      ...(attributesHash !== undefined && { MD5OfMessageAttributes: attributesHash }),
    };
  }

  function sendBatch(queue: Queue, input: JsonObject): JsonObject {
    let bytes = 0;
    for (const entry of batchEntries(input)) {
      bytes += messageBytes(optionalText(entry, 'MessageBody') ?? '', readMessageAttributes(entry));
    }
    if (bytes > MAX_MESSAGE_BYTES) {
      throw new AwsError(
        'BatchRequestTooLong',
        `Batch requests cannot be longer than ${MAX_MESSAGE_BYTES} bytes. You have sent ${bytes} bytes.`,
      );
    }
    return runBatch(input, (entry) => send(queue, entry));
  }

  return { send, sendBatch };
}
