import type { Destination } from '../model/config/destination.ts';
import type { DeliveryMessage, FailureReason } from '../model/wire/delivery.ts';
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
    example_alert_id: message.alert_id,
    example_delivery_id: message.delivery_id,
  };
}
