import { tocsinCommand } from '../text/command-line.ts';
import type { Destination } from '../model/config/destination.ts';
import type { Alert } from '../model/wire/alert.ts';
import type { DeliveryMessage } from '../model/wire/delivery.ts';
import { exampleOf } from './example.ts';
import { systemAlert } from './raise.ts';

/** Tells that a receiver says it will not come back, and that its destination is paused. */
export function destinationGone(message: DeliveryMessage, destination: Destination, sentAtMs: number): Alert {
  const since = new Date(sentAtMs).toISOString();
  return systemAlert({
    type: 'tocsin.destination-gone',
    subject: destination.id,
    severity: 'critical',
    title: `${destination.name} is gone: nothing is sent to it any more`,
    description: `The receiver of the destination ${destination.name} answered 410 Gone, which says that it will not come back. The destination is paused until somebody enables it; alerts to it are not delivered meanwhile.`,
    steps: [
      `Ask the receiver's owner for the new address`,
      `Set it: ${tocsinCommand('destination', 'update', destination.name, '--url', 'https://...')}`,
      `Try it, then resume: ${tocsinCommand('destination', 'test', destination.name)} && ${tocsinCommand('destination', 'enable', destination.name)}`,
      `Send what was missed: ${tocsinCommand('replay', '--destination', destination.name, '--since', since)}`,
    ],
    details: exampleOf(message, destination, 'receiver-gone'),
    nowMs: sentAtMs,
    tenantId: message.alert.tenant_id,
  });
}
