import type { SQSClient } from '@aws-sdk/client-sqs';
import { gathered } from '../memory/gathered.ts';
import { type OutgoingMessage, sendMessages } from './send.ts';

/**
 * Sends one message, together with all others to its queue that come before the next turn of the event loop: the
 * deliveries of a batch that are put back at the same time are one call.
 *
 * Resolves only when SQS acknowledged this message. When a shared call fails each of its messages is sent alone, so
 * that none fails for the sake of another; one that SQS had taken is then there twice, which its claim settles.
 */
export function gatheredSend(
  client: SQSClient,
): (queueUrl: string, message: OutgoingMessage) => Promise<void> {
  type Waiting = { message: OutgoingMessage; resolve: (sent: Promise<void>) => void };

  function flush(queueUrl: string, group: Waiting[]): void {
    const shared = sendMessages(
      client,
      queueUrl,
      group.map(({ message }) => message),
    );
    for (const { message, resolve } of group) {
      resolve(
        group.length === 1 ? shared : shared.catch(async () => sendMessages(client, queueUrl, [message])),
      );
    }
  }

  const sendSoon = gathered<Waiting>({ afterMoment: (run) => void setImmediate(run), act: flush });
  return async (queueUrl, message) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    sendSoon(queueUrl, { message, resolve });
    return promise;
  };
}
