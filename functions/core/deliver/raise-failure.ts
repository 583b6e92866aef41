import { isSystemAlert, type Alert } from '../model/wire/alert.ts';
import type { DeliveryMessage, FailureReason } from '../model/wire/delivery.ts';
import type { Destination } from '../model/config/destination.ts';
import { remedyOf } from '../model/failure-remedies.ts';
import { CONCERNED_DESTINATION, systemAlert } from '../model/system-alert.ts';
import type { AlertQueue } from '../ingest/ports.ts';

/**
 * Tells the other destinations of a dead delivery, once an hour for each destination.
 *
 * The death of a system alert is not told: no loops. A receiver that says it is gone is told all the same, because
 * nothing will be sent to it any more; that ends by itself, with every destination at most once.
 *
 * @param sentAtMs of the attempt's message. The hour of now would be another one when the message is received again.
 */
export async function raiseFailure(
  message: DeliveryMessage,
  destination: Destination,
  reason: FailureReason,
  sentAtMs: number,
  alerts: AlertQueue,
): Promise<void> {
  if (reason !== 'receiver-gone' && isSystemAlert(message.alert)) {
    return;
  }
  const alert = (reason === 'receiver-gone' ? destinationGone : deadLetter)(
    message,
    destination,
    reason,
    sentAtMs,
  );
  await alerts.enqueue({ schema_version: '1', request_id: 'system', alerts: [alert], is_repeat: true });
}

function deadLetter(
  message: DeliveryMessage,
  destination: Destination,
  reason: FailureReason,
  sentAtMs: number,
): Alert {
  return systemAlert({
    type: 'tocsin.dead-letter',
    subject: destination.id,
    severity: 'critical',
    title: `Alerts to ${destination.name} are not delivered`,
    description: `A delivery to the ${destination.channel} destination ${destination.name} failed for good (${reason}). It lies in the dead-letter queue and can be sent again.`,
    steps: [
      `See what failed: tocsin dead-letters list`,
      remedyOf(reason) ?? 'Mend the receiver',
      `Try it: tocsin destination test ${destination.name}`,
      `Send again: tocsin dead-letters redrive --destination ${destination.name}`,
    ],
    details: detailsOf(message, destination, reason),
    nowMs: sentAtMs,
    tenantId: message.alert.tenant_id,
  });
}

function destinationGone(
  message: DeliveryMessage,
  destination: Destination,
  reason: FailureReason,
  sentAtMs: number,
): Alert {
  const since = new Date(sentAtMs).toISOString();
  return systemAlert({
    type: 'tocsin.destination-gone',
    subject: destination.id,
    severity: 'critical',
    title: `${destination.name} is gone: nothing is sent to it any more`,
    description: `The receiver of the destination ${destination.name} answered 410 Gone, which says that it will not come back. The destination is paused until somebody enables it; alerts to it are not delivered meanwhile.`,
    steps: [
      `Ask the receiver's owner for the new address`,
      `Set it: tocsin destination update ${destination.name} --url https://...`,
      `Try it, then resume: tocsin destination test ${destination.name} && tocsin destination enable ${destination.name}`,
      `Send what was missed: tocsin replay --destination ${destination.name} --since ${since}`,
    ],
    details: detailsOf(message, destination, reason),
    nowMs: sentAtMs,
    tenantId: message.alert.tenant_id,
  });
}

function detailsOf(
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
