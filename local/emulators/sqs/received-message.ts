import type { JsonObject } from '../../json-object.ts';
import type { Account } from '../account.ts';
import { AwsError } from '../aws-error.ts';
import { attributesMd5, selectAttributes } from './message-attributes.ts';
import type { MessageAttributes } from './message-attributes.ts';
import type { StoredMessage } from './message-store.ts';

/** What a receiver shows to delete a message: opaque to it, row and receipt to us. */
export function receiptHandleOf(message: StoredMessage): string {
  return Buffer.from(`${message.id}:${message.receipt ?? ''}`).toString('base64url');
}

/** @throws {AwsError} ReceiptHandleIsInvalid for anything that never was a handle */
export function readReceiptHandle(handle: string): { id: number; receipt: string } {
  const match = /^(\d{1,15}):([0-9a-f-]{36})$/.exec(Buffer.from(handle, 'base64url').toString('latin1'));
  if (match === null) {
    throw new AwsError('ReceiptHandleIsInvalid', 'The input receipt handle is invalid.');
  }
  return { id: Number(match[1]), receipt: match[2] ?? '' };
}

/** The system attributes of a message, all of them. */
export function systemAttributesOf(message: StoredMessage, account: Account): Record<string, string> {
  return {
    SenderId: account.accountId,
    SentTimestamp: String(message.sent_at),
    ApproximateReceiveCount: String(message.receive_count),
    ApproximateFirstReceiveTimestamp: String(message.first_received_at ?? message.sent_at),
    ...(message.group_id !== '' && { MessageGroupId: message.group_id }),
    ...(message.dead_letter_source !== null && { DeadLetterQueueSourceArn: message.dead_letter_source }),
  };
}

/** The attributes that were sent with a message. */
export function messageAttributesOf(message: StoredMessage): MessageAttributes {
  return message.attributes === null ? {} : (JSON.parse(message.attributes) as MessageAttributes);
}

/** A message in the shape that `ReceiveMessage` answers, with only the attributes that were asked for. */
export function receivedMessage(
  message: StoredMessage,
  wanted: { system: readonly string[]; attributes: readonly string[] },
  account: Account,
): JsonObject {
  const system = Object.entries(systemAttributesOf(message, account)).filter(
    ([name]) => wanted.system.includes('All') || wanted.system.includes(name),
  );
  const attributes = selectAttributes(messageAttributesOf(message), wanted.attributes);
  return {
    MessageId: message.message_id,
    ReceiptHandle: receiptHandleOf(message),
    Body: message.body,
    MD5OfBody: message.body_md5,
    ...(system.length > 0 && { Attributes: Object.fromEntries(system) }),
    ...(attributes !== undefined && {
      MessageAttributes: attributes,
      MD5OfMessageAttributes: attributesMd5(attributes),
    }),
  };
}
