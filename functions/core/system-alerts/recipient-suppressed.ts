import { tocsinCommand } from '../text/command-line.ts';
import type { EmailDestination } from '../model/config/destination.ts';
import type { Alert } from '../model/wire/alert.ts';
import { nameBasedId } from '../model/wire/ids.ts';
import type { Suppression } from '../model/wire/suppression.ts';
import { maskedAddress } from '../text/masked-address.ts';
import { type Happened, systemAlert } from './raise.ts';

/**
 * Tells that a recipient gets no more mail of a destination.
 *
 * The destination is not named as the one concerned: its other recipients are the first who should know, and the one
 * who left gets nothing any more.
 */
export function recipientSuppressed(
  destination: EmailDestination,
  held: Suppression,
  remaining: number,
  about: Happened,
): Alert {
  const who = maskedAddress(held.address);
  const isOwnWish = held.reason === 'unsubscribed' || held.reason === 'by-operator';
  const why = {
    unsubscribed: 'unsubscribed',
    bounced: 'was suppressed, because mail to it bounces',
    complained: 'was suppressed, because it was reported as spam',
    'by-operator': 'was suppressed by an operator',
  }[held.reason];
  return systemAlert({
    type: isOwnWish ? 'tocsin.recipient-left' : 'tocsin.recipient-suppressed',
    subject: nameBasedId('suppression', destination.id, held.address, held.at),
    severity: isOwnWish ? 'medium' : 'high',
    title: `${who} gets no more mail of ${destination.name}`,
    description: `The recipient ${who} of the mail destination ${destination.name} ${why}. ${peopleLeft(remaining)}`,
    steps: [
      'See who gets no mail: tocsin suppressions list',
      `If it was a mistake: ${tocsinCommand('suppressions', 'remove', destination.name, 'ADDRESS')}`,
      `A recipient who must be told can be locked: ${tocsinCommand('destination', 'update', destination.name, '--locked', 'ADDRESS')}`,
    ],
    details: {
      mail_destination_id: destination.id,
      mail_destination_name: destination.name,
      recipient: who,
      reason: held.reason,
      by: held.by,
      ...(held.detail !== undefined && { detail: held.detail }),
      remaining_recipients: remaining,
    },
    ...about,
  });
}

function peopleLeft(remaining: number): string {
  if (remaining === 0) return 'Nobody is left there.';
  return remaining === 1 ? 'One recipient is left there.' : `${remaining} recipients are left there.`;
}
