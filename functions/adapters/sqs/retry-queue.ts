import type { SQSClient } from '@aws-sdk/client-sqs';
import type { DeliveryMessage } from '../../core/model/wire/delivery.ts';
import type { Channel } from '../../core/model/config/destination.ts';
import type { RetryQueue } from '../../core/deliver/ports.ts';
import { gatheredSend } from './gathered-send.ts';
import { encodeMessageBody } from './message-body.ts';
import { deliveryGroup } from './message-groups.ts';
import { sendMessages } from './send.ts';

/** The longest SQS hides a new message, in seconds. */
const MAX_DELAY_SECONDS = 900;
const MAX_DETAIL_CHARACTERS = 256;

/**
 * The slow lane and the dead-letter queue of each channel. A function that serves one channel names only that one's.
 *
 * What lies in a dead-letter queue is the message that a redrive would send: the next attempt, in a new round.
 * So StartMessageMoveTask, which cannot change a message, redrives just as the operator's own tool does.
 */
export function sqsRetryQueue({
  client,
  queueUrls,
  otherNetworkUrl,
}: {
  client: SQSClient;
  queueUrls: Partial<Record<Channel, { retry: string; deadLetter: string }>>;
  /** The fast lane of the other network. */
  otherNetworkUrl?: string | undefined;
}): RetryQueue {
  const of = (channel: Channel) => {
    const urls = queueUrls[channel];
    if (urls === undefined) throw new Error(`no retry queue is configured for channel ${channel}`);
    return urls;
  };
  const sendSoon = gatheredSend(client);
  return {
    sendLater: async (message, delaySeconds) => {
      await sendSoon(of(message.channel).retry, {
        body: encodeMessageBody(message),
        groupId: deliveryGroup(message),
        delaySeconds: Math.min(MAX_DELAY_SECONDS, Math.max(0, Math.ceil(delaySeconds))),
      });
    },
    handOver: async (message) => {
      if (otherNetworkUrl === undefined) throw new Error('there is no function in another network');
      await sendMessages(client, otherNetworkUrl, [
        { body: encodeMessageBody(message), groupId: deliveryGroup(message) },
      ]);
    },
    deadLetter: async (message, reason, detail) => {
      const text = printable(detail);
      await sendMessages(client, of(message.channel).deadLetter, [
        {
          body: encodeMessageBody(inNextRound(message)),
          groupId: deliveryGroup(message),
          // SQS refuses an attribute without a value.
          attributes: { reason, ...(text !== '' && { detail: text }) },
        },
      ]);
    },
  };
}

/** The message that a redrive of it sends: the next attempt, in the next round. */
export function inNextRound(message: DeliveryMessage): DeliveryMessage {
  const {
    not_before: _due,
    wait_left_seconds: _left,
    deferred_since: _since,
    deferrals: _times,
    ...rest
  } = message;
  const attempt = message.attempt + 1;
  return { ...rest, attempt, round: message.round + 1, first_attempt: attempt };
}

function printable(text: string): string {
  const characters = text.replaceAll(/[^\x21-\x7e]+/g, ' ').trim();
  return characters.length <= MAX_DETAIL_CHARACTERS
    ? characters
    : `${characters.slice(0, MAX_DETAIL_CHARACTERS - 3)}...`;
}
