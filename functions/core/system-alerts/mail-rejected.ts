import type { EmailDestination } from '../model/config/destination.ts';
import type { Alert } from '../model/wire/alert.ts';
import { maskedAddress } from '../text/masked-address.ts';
import { type Happened, systemAlert } from './raise.ts';

/**
 * Tells that SES took a mail and then did not send it: somebody was not told of an alert, and no retry follows. Once an
 * hour for each destination, whatever its mails hold; this alert has nothing of them in it, so it meets no such fate.
 */
export function mailRejected(
  { alertId, deliveryId, recipient }: { alertId: string; deliveryId: string; recipient: string },
  { id, name }: EmailDestination,
  about: Happened,
): Alert {
  return systemAlert({
    type: 'tocsin.mail-rejected',
    subject: id,
    severity: 'high',
    title: `SES did not send a mail of ${name}`,
    description: `SES took a mail to ${maskedAddress(recipient)} and then refused to send it, because it takes something in it for malware. It is not sent again, for it would be refused again.`,
    steps: [
      `Read the alert: tocsin alerts show ${alertId}`,
      `See what SES said: tocsin deliveries show ${deliveryId}`,
      'Let a webhook have such alerts as well: tocsin setup --channel webhook',
    ],
    details: {
      mail_destination_id: id,
      mail_destination_name: name,
      recipient: maskedAddress(recipient),
      example_alert_id: alertId,
      example_delivery_id: deliveryId,
    },
    ...about,
  });
}
