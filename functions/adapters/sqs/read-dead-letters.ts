import { type Message, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { AcceptedAlerts } from '../../core/model/wire/accepted-alerts.ts';
import type { Alert } from '../../core/model/wire/alert.ts';
import type { DeadLetter, DeadLetterQueueId } from '../../core/model/wire/dead-letter.ts';
import type { DeliveryMessage } from '../../core/model/wire/delivery.ts';
import { readMailEvent } from '../../core/recipients/read-mail-event.ts';
import { decodeMessageBody } from './message-body.ts';

/**
 * The visible letters of one dead-letter queue, each once.
 *
 * Each is hidden for `visibilitySeconds`, or SQS would give it again and again: whoever reads shows it again as soon
 * as it has read. A dead-letter queue of ours has no redrive policy, so a letter can be received any number of times.
 */
export async function* readDeadLetters(
  client: SQSClient,
  {
    queue,
    url,
    visibilitySeconds,
    receiveWaitSeconds,
  }: {
    queue: DeadLetterQueueId;
    url: string;
    visibilitySeconds: number;
    /** Long polling asks every server of a queue: a short poll may find nothing where there is something. */
    receiveWaitSeconds: number;
  },
): AsyncGenerator<DeadLetter> {
  const seen = new Set<string>();
  for (;;) {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl: url,
        MaxNumberOfMessages: 10,
        VisibilityTimeout: visibilitySeconds,
        WaitTimeSeconds: receiveWaitSeconds,
        MessageAttributeNames: ['All'],
        MessageSystemAttributeNames: ['SentTimestamp', 'DeadLetterQueueSourceArn'],
      }),
    );
    const fresh = Messages.filter(({ MessageId }) => !seen.has(MessageId ?? ''));
    // Nothing new: empty, or so long that the first ones are visible again.
    if (fresh.length === 0) return;
    for (const message of fresh) {
      seen.add(message.MessageId ?? '');
      yield toDeadLetter(queue, message);
    }
  }
}

function toDeadLetter(queue: DeadLetterQueueId, message: Message): DeadLetter {
  const { MessageId = '', ReceiptHandle = '', Body = '', Attributes, MessageAttributes } = message;
  const reason = MessageAttributes?.['reason']?.StringValue;
  const detail =
    MessageAttributes?.['detail']?.StringValue ?? MessageAttributes?.['ERROR_MESSAGE']?.StringValue;
  // A move task keeps the attributes of a letter. When SQS gives it up again, they tell of its earlier death.
  const isUnrecorded = Attributes?.DeadLetterQueueSourceArn !== undefined || reason === undefined;
  return {
    queue,
    messageId: MessageId,
    receiptHandle: ReceiptHandle,
    sentAt: new Date(Number(Attributes?.SentTimestamp ?? 0)).toISOString(),
    reason: isUnrecorded ? 'pipeline-fault' : reason,
    ...(detail !== undefined &&
      (!isUnrecorded || Attributes?.DeadLetterQueueSourceArn === undefined) && { detail }),
    isUnrecorded,
    ...contentOf(queue, Body),
    body: Body,
  };
}

function contentOf(
  queue: DeadLetterQueueId,
  body: string,
): Pick<DeadLetter, 'delivery' | 'accepted' | 'mail' | 'event'> {
  try {
    if (queue === 'emailFeedback') {
      const notice = readMailEvent(JSON.parse(body));
      return notice === 'not-ours'
        ? {}
        : { mail: { alertId: notice.alertId, deliveryId: notice.deliveryId } };
    }
    if (queue === 'awsEvents') {
      const { id, 'detail-type': title } = fields<{ id: unknown; 'detail-type': unknown }>(JSON.parse(body));
      return typeof id === 'string' && typeof title === 'string' ? { event: { id, title } } : {};
    }
    const value = decodeMessageBody(body);
    if (queue === 'alerts') return isAccepted(value) ? { accepted: value } : {};
    return isDelivery(value) ? { delivery: value } : {};
  } catch {
    // A dead letter may be one because it cannot be read; the operator sees it all the same.
    return {};
  }
}

function isAccepted(value: unknown): value is AcceptedAlerts {
  const { request_id: requestId, alerts } = fields<AcceptedAlerts>(value);
  return typeof requestId === 'string' && Array.isArray(alerts) && alerts.every((alert) => isAlert(alert));
}

function isDelivery(value: unknown): value is DeliveryMessage {
  const {
    delivery_id: id,
    alert_id: alertId,
    destination_id: destinationId,
    alert,
  } = fields<DeliveryMessage>(value);
  return [id, alertId, destinationId].every((one) => typeof one === 'string') && isAlert(alert);
}

/** As much of an alert as a list needs. */
function isAlert(value: unknown): boolean {
  const { id, received_at: receivedAt, source } = fields<Alert>(value);
  return [id, receivedAt, fields<Alert['source']>(source).id].every((one) => typeof one === 'string');
}

function fields<T>(value: unknown): Partial<T> {
  return typeof value === 'object' && value !== null ? value : {};
}
