import type { Destination } from '../model/config/destination.ts';
import type { DeliveryMessage } from '../model/wire/delivery.ts';
import type { FailureReason } from '../model/wire/delivery-reasons.ts';
import type { Alert } from '../model/wire/alert.ts';
import { CONCERNED_DESTINATION } from './raise.ts';

/** The details of an alert about a destination: one delivery to it that died. */
export function exampleOf(
  message: DeliveryMessage,
  destination: Destination,
  reason: FailureReason,
): Record<string, unknown> {
  return {
    [CONCERNED_DESTINATION]: destination.id,
    destination_name: destination.name,
    reason,
    ...detailsOfAlert(message.alert),
    example_delivery_id: message.delivery_id,
  };
}

/** The details that name the alert that a system alert is about. */
export function detailsOfAlert({ id, title, source }: Alert): Record<string, string> {
  return { example_alert_id: id, example_title: title, example_source: source.name };
}

/** `The alert "disk full" (5d0f…) of edr` */
export function namedAlert({ id, title, source }: Alert): string {
  return `The alert "${title}" (${id}) of ${source.name}`;
}
