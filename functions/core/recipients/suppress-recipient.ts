import type { EmailDestination } from '../model/config/destination.ts';
import type { Suppression } from '../model/wire/suppression.ts';
import { maskedAddress } from '../text/masked-address.ts';
import { raised, systemAlert } from '../system-alerts/raise.ts';
import { nameBasedId } from '../model/wire/ids.ts';
import type { Alert } from '../model/wire/alert.ts';
import type { AlertQueue } from '../ingest/ports.ts';
import type { Clock } from '../world.ts';
import type { SuppressionStore } from './ports.ts';

export type SuppressPorts = {
  suppressions: SuppressionStore;
  alerts: AlertQueue;
  clock: Clock;
  tenantId: string;
};

/**
 * Suppresses one recipient at one destination and tells the others, once, however often and at once it is called.
 *
 * The wish is written first and announced second: a crash between the two is made good by the next call, because a
 * suppression says whether it was announced, and an announcement's id follows from the suppression.
 */
export async function suppressRecipient(
  destination: EmailDestination,
  suppression: Suppression,
  ports: SuppressPorts,
): Promise<'added' | 'already'> {
  const result = await ports.suppressions.add(suppression);
  const standing = await ports.suppressions.standing(destination.id, suppression.address);
  const held = standing.suppression;
  if (held === undefined || standing.isAnnounced) {
    return result;
  }
  const gone = new Set(
    (await ports.suppressions.list(destination.id)).readable.map(({ address }) => address),
  );
  const remaining = destination.recipients.filter(({ address }) => !gone.has(address.toLowerCase())).length;
  const about = { nowMs: ports.clock.now(), eventAt: held.at, tenantId: ports.tenantId };
  const alerts = [announcement(destination, held, remaining, about)];
  if (remaining === 0) {
    alerts.push(nobodyLeft(destination, held, about));
  }
  await ports.alerts.enqueue(raised(alerts));
  await ports.suppressions.markAnnounced(destination.id, held.address);
  return result;
}

/** When it is told, when it happened, and whose gateway tells. */
type Telling = { nowMs: number; eventAt: string; tenantId: string };

// Neither alert names the destination as the one concerned: its other recipients are the first who should know, and
// the one who left gets nothing any more.
function announcement(
  destination: EmailDestination,
  held: Suppression,
  remaining: number,
  about: Telling,
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
      `If it was a mistake: tocsin suppressions remove ${destination.name} ADDRESS`,
      `A recipient who must be told can be locked: tocsin destination update ${destination.name} --locked ADDRESS`,
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

function nobodyLeft(destination: EmailDestination, held: Suppression, about: Telling): Alert {
  return systemAlert({
    type: 'tocsin.destination-without-recipients',
    subject: destination.id,
    severity: 'critical',
    title: `Nobody gets the alerts of ${destination.name} any more`,
    description: `The last recipient of the mail destination ${destination.name} is suppressed (${held.reason}). Every alert routed to it now reaches nobody there.`,
    steps: [
      'See why: tocsin suppressions list',
      `Let a recipient back in: tocsin suppressions remove ${destination.name} ADDRESS`,
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

function peopleLeft(remaining: number): string {
  if (remaining === 0) return 'Nobody is left there.';
  return remaining === 1 ? 'One recipient is left there.' : `${remaining} recipients are left there.`;
}
