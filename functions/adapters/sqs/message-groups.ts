import type { AcceptedAlerts } from '../../core/model/wire/accepted-alerts.ts';
import type { DeliveryMessage } from '../../core/model/wire/delivery.ts';
import { nameBasedId } from '../../core/model/wire/ids.ts';

// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html, MessageGroupId
const ALLOWED = /^[\x21-\x7e]{1,128}$/u;

/**
 * On a standard queue with message groups SQS serves a group later that has more than its share in flight, and the
 * others first (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html).
 */
export function alertsGroup({ alerts }: AcceptedAlerts): string {
  return asGroup(alerts[0]?.source.id ?? 'none');
}

/**
 * Destination and source together. By destination alone, one alert of a quiet source waits behind the flood of another;
 * by source alone, a receiver that hangs holds back what its sources send to the others.
 */
export function deliveryGroup(message: DeliveryMessage): string {
  return asGroup(`${message.destination_id}:${message.alert.source.id}`);
}

function asGroup(name: string): string {
  return ALLOWED.test(name) ? name : nameBasedId('message-group', name);
}
