import type { SQSClient } from '@aws-sdk/client-sqs';
import type { AcceptedAlerts } from '../core/model/accepted-alerts.ts';
import type { AlertQueue } from '../core/ports.ts';
import { encodeMessageBody, MAX_MESSAGE_BYTES } from './sqs-message-body.ts';
import { sendMessages } from './sqs-send.ts';

/** One message for all alerts of a request; several, each a complete `AcceptedAlerts`, when they exceed one. */
export function sqsAlertQueue({ client, queueUrl }: { client: SQSClient; queueUrl: string }): AlertQueue {
  return {
    enqueue: async (accepted) => {
      await sendMessages(
        client,
        queueUrl,
        messageBodies(accepted).map((body) => ({ body })),
      );
    },
  };
}

function messageBodies(accepted: AcceptedAlerts): string[] {
  const body = encodeMessageBody(accepted);
  // A single alert that is still too large is refused by name in sendMessages.
  if (Buffer.byteLength(body) <= MAX_MESSAGE_BYTES || accepted.alerts.length === 1) return [body];
  const middle = Math.ceil(accepted.alerts.length / 2);
  return [accepted.alerts.slice(0, middle), accepted.alerts.slice(middle)].flatMap((alerts) =>
    messageBodies({ ...accepted, alerts }),
  );
}
