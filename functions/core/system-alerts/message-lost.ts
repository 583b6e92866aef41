import type { AcceptedRequest } from '../model/wire/accepted-request.ts';
import type { Alert } from '../model/wire/alert.ts';
import type { DeliveryMessage } from '../model/wire/delivery.ts';
import { detailsOfAlert, namedAlert } from './example.ts';
import { systemAlert } from './raise.ts';

/**
 * What is sent when deliveries had lost their messages and were sent again: once an hour, and once more when one of them is
 * critical. The gravest is the example, and the system alert is no less grave.
 */
export function resentAlert(messages: readonly DeliveryMessage[], nowMs: number, tenantId: string): Alert {
  const [example] = messages.toSorted((a, b) => b.alert.severity_id - a.alert.severity_id);
  const isCritical = example?.alert.severity === 'critical';
  return systemAlert({
    type: 'tocsin.message-lost',
    subject: isCritical ? 'deliveries:critical' : 'deliveries',
    severity: isCritical ? 'critical' : 'high',
    title: 'Deliveries had lost their messages and were sent again',
    description: `Their rows had waited for longer than any delivery does, and their queues were empty. They were sent again from the stored alerts under the same ids, so no receiver gets one twice.${example === undefined ? '' : ` ${namedAlert(example.alert)} is one of them.`} SQS loses no message by itself: somebody may have purged a queue.`,
    steps: [
      `See one of them: tocsin deliveries show ${example?.delivery_id ?? 'ID'}`,
      'Ask who purged or deleted a queue: look for PurgeQueue and DeleteQueue in CloudTrail',
    ],
    details: {
      ...(example !== undefined && {
        ...detailsOfAlert(example.alert),
        example_delivery_id: example.delivery_id,
        example_destination_id: example.destination_id,
      }),
    },
    nowMs,
    tenantId,
  });
}

/**
 * What is sent when alerts of a request were never stored and lie in no queue: once an hour for each source. Their titles are lost
 * with them.
 *
 * @param missing their ids
 */
export function lostRequestAlert(
  { requestId, sourceId, receivedAt }: AcceptedRequest,
  missing: readonly string[],
  nowMs: number,
  tenantId: string,
): Alert {
  return systemAlert({
    type: 'tocsin.message-lost',
    subject: sourceId,
    severity: 'critical',
    title: `Alerts that a source sent at ${receivedAt.slice(0, 16).replace('T', ' ')} UTC were never routed`,
    description: `Of the request ${requestId}, ${missing.length === 1 ? 'one alert is' : `${missing.length} alerts are`} neither stored nor in any queue, ${missing[0] ?? ''}${missing.length === 1 ? '' : ' for one'}. Either the sender was answered with a 503 and never came again, or the message was removed from the alerts queue. Their content is not known here: only the sender can send them again.`,
    steps: [
      `See which alerts: tocsin why ${requestId}`,
      'Let the sender send again what it sent at that time; a repetition is recognised and counted once',
      'Ask who purged or deleted a queue: look for PurgeQueue and DeleteQueue in CloudTrail',
    ],
    details: {
      source_id: sourceId,
      request_id: requestId,
      request_received_at: receivedAt,
      missing: missing.length,
      example_alert_id: missing[0],
    },
    nowMs,
    tenantId,
  });
}
