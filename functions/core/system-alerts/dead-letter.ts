import { tocsinCommand } from '../text/command-line.ts';
import { isSystemAlert, type Alert } from '../model/wire/alert.ts';
import type { DeliveryMessage } from '../model/wire/delivery.ts';
import type { FailureReason } from '../model/wire/delivery-reasons.ts';
import type { Destination } from '../model/config/destination.ts';
import { remedyOf } from './failure-remedies.ts';
import { destinationGone } from './destination-gone.ts';
import { exampleOf, namedAlert } from './example.ts';
import { systemAlert } from './raise.ts';

/**
 * Tells the other destinations of a dead delivery, once an hour for each destination. Undefined where nothing is told.
 *
 * The death of a system alert is not told: no loops. A receiver that says it is gone is told all the same, because
 * nothing will be sent to it any more; that ends by itself, with every destination at most once.
 *
 * @param sentAtMs of the attempt's message. The hour of now would be another one when the message is received again.
 */
export function failureAlert(
  message: DeliveryMessage,
  destination: Destination,
  reason: FailureReason,
  sentAtMs: number,
): Alert | undefined {
  if (reason === 'receiver-gone') return destinationGone(message, destination, sentAtMs);
  return isSystemAlert(message.alert) ? undefined : deadLetter(message, destination, reason, sentAtMs);
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
    description: `${namedAlert(message.alert)} could not be delivered to ${destination.name} (${reason}). It can be sent again.`,
    steps: [
      `See what failed: tocsin dead-letters list`,
      remedyOf(reason) ?? 'Mend the receiver',
      `Try it: ${tocsinCommand('destination', 'test', destination.name)}`,
      `Send again: ${tocsinCommand('dead-letters', 'redrive', '--destination', destination.name)}`,
    ],
    details: exampleOf(message, destination, reason),
    nowMs: sentAtMs,
    tenantId: message.alert.tenant_id,
  });
}
