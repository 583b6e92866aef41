import type { Message } from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';

/** What Lambda makes of messages that were received with all their system attributes. */
export function receivedEvent(messages: readonly Message[]): SQSEvent {
  return {
    Records: messages.map(({ MessageId = '', Body = '', Attributes = {} }) => ({
      messageId: MessageId,
      body: Body,
      attributes: Attributes,
    })),
  } as unknown as SQSEvent;
}
