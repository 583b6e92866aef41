import type { Alert } from '../model/wire/alert.ts';
import { idsOf, type DeadLetter, type DeadLetterQueueId } from '../model/wire/dead-letter.ts';
import { systemAlert } from './raise.ts';

/** What becomes of a message that SQS gave up, by its queue. */
const MEANING: Record<DeadLetterQueueId, { what: string; loss: string }> = {
  alerts: { what: 'Accepted alerts', loss: 'They were answered with a 202 and have reached nobody.' },
  email: { what: 'Mails', loss: 'Their recipients were not told.' },
  webhook: { what: 'Webhooks', loss: 'Their receivers were not told.' },
  webhookRetry: { what: 'Retries of webhooks', loss: 'Their receivers were not told.' },
  privateWebhook: { what: 'Webhooks to private destinations', loss: 'Their receivers were not told.' },
  privateWebhookRetry: {
    what: 'Retries of webhooks to private destinations',
    loss: 'Their receivers were not told.',
  },
  emailFeedback: {
    what: 'Events of SES about mails',
    loss: 'The mails went out; whether they bounced or were reported as spam is not recorded.',
  },
  awsEvents: { what: 'Events of AWS', loss: 'They have become no alerts.' },
};

/** Tells that SQS gave up messages of a queue: once an hour for each queue. */
export function queueGaveUp(letter: DeadLetter, nowMs: number, tenantId: string): Alert {
  const { queue } = letter;
  const { alertIds, deliveryIds, requestId } = idsOf(letter);
  const { what, loss } = MEANING[queue];
  return systemAlert({
    type: 'tocsin.dead-letter',
    subject: `queue ${queue}`,
    severity: 'critical',
    title: `${what} are dead letters because the gateway failed`,
    description: `${howOf(letter)} ${loss} It lies in the dead-letter queue and can be sent again.`,
    steps: [
      'See what lies there: tocsin dead-letters list',
      'Ask about any id of it: tocsin why ID',
      'When the cause is gone, send it again: tocsin dead-letters redrive --all',
    ],
    details: {
      queue,
      reason: 'pipeline-fault',
      ...(alertIds[0] !== undefined && { example_alert_id: alertIds[0] }),
      ...(deliveryIds[0] !== undefined && { example_delivery_id: deliveryIds[0] }),
      ...(requestId !== undefined && { example_request_id: requestId }),
    },
    nowMs,
    tenantId,
  });
}

/** An event that EventBridge could not put into its queue lies down with what EventBridge says of it. */
function howOf({ queue, detail }: DeadLetter): string {
  return queue === 'awsEvents' && detail !== undefined
    ? `EventBridge could not hand over at least one event: ${detail}.`
    : `At least one message of the queue ${queue} was received five times and never worked off.`;
}
