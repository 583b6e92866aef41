import { tocsinCommand } from '../text/command-line.ts';
import type { EmailDestination } from '../model/config/destination.ts';
import type { Alert } from '../model/wire/alert.ts';
import type { Suppression } from '../model/wire/suppression.ts';
import { type Happened, systemAlert } from './raise.ts';

/** Tells that the last recipient of a destination is suppressed. */
export function destinationWithoutRecipients(
  destination: EmailDestination,
  held: Suppression,
  about: Happened,
): Alert {
  return systemAlert({
    type: 'tocsin.destination-without-recipients',
    subject: destination.id,
    severity: 'critical',
    title: `Nobody gets the alerts of ${destination.name} any more`,
    description: `The last recipient of the mail destination ${destination.name} is suppressed (${held.reason}). Every alert routed to it now reaches nobody there.`,
    steps: [
      'See why: tocsin suppressions list',
      `Let a recipient back in: ${tocsinCommand('suppressions', 'remove', destination.name, 'ADDRESS')}`,
      'Or make a destination for somebody else: tocsin destination create email --name NAME --to ADDRESS',
    ],
    details: {
      mail_destination_id: destination.id,
      mail_destination_name: destination.name,
      reason: held.reason,
    },
    ...about,
  });
}
