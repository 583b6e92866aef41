import type { AcceptedAlerts } from './accepted-alerts.ts';
import type { DeliveryMessage } from './delivery.ts';

/** The queues that have a dead-letter queue behind them. */
export const DEAD_LETTER_QUEUES = [
  'alerts',
  'email',
  'webhook',
  'webhookRetry',
  'privateWebhook',
  'privateWebhookRetry',
  'emailFeedback',
  'awsEvents',
] as const;
export type DeadLetterQueueId = (typeof DEAD_LETTER_QUEUES)[number];

/** A dead letter as it lies in its queue. */
export type DeadLetter = {
  queue: DeadLetterQueueId;
  messageId: string;
  receiptHandle: string;
  sentAt: string;
  /** `pipeline-fault` where the gateway itself failed. */
  reason: string;
  detail?: string;
  /** SQS moved it there, after too many receives: no row says yet that it is dead. */
  isUnrecorded: boolean;
  /** What it holds, by its queue; none of them when it cannot be read. */
  delivery?: DeliveryMessage;
  accepted?: AcceptedAlerts;
  /** An event of the mail service: whose mail it tells of. */
  mail?: { alertId: string; deliveryId: string };
  /** An event of the AWS door. */
  event?: { id: string; title: string };
  body: string;
};

/** Whom a letter is about: every id that an operator may hold in hand. */
type DeadLetterIds = { alertIds: string[]; deliveryIds: string[]; requestId?: string };

export function idsOf({ delivery, accepted, mail }: DeadLetter): DeadLetterIds {
  if (delivery !== undefined) return { alertIds: [delivery.alert_id], deliveryIds: [delivery.delivery_id] };
  if (mail !== undefined) return { alertIds: [mail.alertId], deliveryIds: [mail.deliveryId] };
  if (accepted === undefined) return { alertIds: [], deliveryIds: [] };
  return {
    alertIds: accepted.alerts.map(({ id }) => id),
    deliveryIds: [],
    requestId: accepted.request_id,
  };
}
