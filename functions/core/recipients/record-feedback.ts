import type { EmailDestination } from '../model/config/destination.ts';
import { raised, systemAlert } from '../system-alerts/raise.ts';
import type { RecipientSuppressionReason } from '../model/wire/suppression.ts';
import { maskedAddress } from '../text/masked-address.ts';
import type { DestinationRegistry } from '../deliver/ports.ts';
import type { MailEventLog } from './ports.ts';
import type { MailNotice } from './read-mail-event.ts';
import { suppressRecipient, type SuppressPorts } from './suppress-recipient.ts';

export type FeedbackPorts = SuppressPorts & {
  destinations: DestinationRegistry;
  mailEvents: MailEventLog;
};

/** What became of one event, for the log. */
type FeedbackReport = {
  result: 'recorded' | 'repeated' | 'unknown-delivery';
  destinationId?: string;
  recipient?: string;
  suppressed?: RecipientSuppressionReason;
};

const SOFT_BOUNCES = 3;
const SOFT_BOUNCE_WINDOW_MS = 7 * 86_400_000;

/**
 * Writes an event of the mail service into the row of its delivery, and suppresses the recipient when it says so: a
 * hard bounce, a complaint, or the third soft bounce in 7 days.
 *
 * Repeated events and any order are harmless. A repetition runs through to the end, because the first time may have
 * ended in the middle; an event from before an operator let the recipient back in suppresses nobody.
 */
export async function recordFeedback(notice: MailNotice, ports: FeedbackPorts): Promise<FeedbackReport> {
  const { event, says } = notice;
  const written = await ports.mailEvents.append(notice, event);
  if (written.result === 'unknown') return { result: 'unknown-delivery' };
  const { destinationId, recipient } = written;
  const report = { result: written.result, destinationId, recipient: maskedAddress(recipient) };
  if (says === undefined) return report;

  const destination = await ports.destinations.find(destinationId);
  if (says === 'not-sent') {
    if (destination?.channel === 'email') await tellNotSent(notice, destination, recipient, ports);
    return report;
  }
  const address = recipient.toLowerCase();
  if (
    destination?.channel !== 'email' ||
    !destination.recipients.some((one) => one.address.toLowerCase() === address)
  ) {
    return report;
  }
  const { history } = await ports.suppressions.standing(destinationId, address);
  if (history.some(({ action, at }) => action === 'removed' && at >= event.at)) return report;

  const verdict = await verdictOf(notice, { destinationId, address }, ports);
  if (verdict === undefined) return report;
  const result = await suppressRecipient(
    destination,
    { destination_id: destinationId, address, at: event.at, by: 'ses', ...verdict },
    ports,
  );
  return result === 'added' ? { ...report, suppressed: verdict.reason } : report;
}

/**
 * SES took the mail and then did not send it: somebody was not told of an alert, and no retry follows. Once an hour for
 * each destination, whatever its mails hold; the alert has nothing of them in it, so it meets no such fate itself.
 */
async function tellNotSent(
  { event, alertId, deliveryId }: MailNotice,
  { id, name }: EmailDestination,
  recipient: string,
  { alerts, clock, tenantId }: FeedbackPorts,
): Promise<void> {
  const alert = systemAlert({
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
    nowMs: clock.now(),
    eventAt: event.at,
    tenantId,
  });
  await alerts.enqueue(raised([alert]));
}

async function verdictOf(
  { event, says }: MailNotice,
  recipient: { destinationId: string; address: string },
  ports: FeedbackPorts,
): Promise<{ reason: RecipientSuppressionReason; detail?: string } | undefined> {
  const detail = event.detail === undefined ? {} : { detail: event.detail };
  if (says === 'unwanted') return { reason: 'complained', ...detail };
  if (says === 'undeliverable') return { reason: 'bounced', ...detail };
  const instants = await ports.suppressions.countSoftBounce({
    ...recipient,
    eventId: event.id,
    at: event.at,
  });
  return isTooOften(instants)
    ? { reason: 'bounced', detail: `the third soft bounce in 7 days: ${event.detail ?? 'no reason given'}` }
    : undefined;
}

/** Whether any window of 7 days holds that many; events arrive in any order. */
function isTooOften(instants: string[]): boolean {
  const sorted = instants.map((at) => Date.parse(at)).sort((a, b) => a - b);
  return sorted.some((start, index) => {
    const last = sorted[index + SOFT_BOUNCES - 1];
    return last !== undefined && last - start <= SOFT_BOUNCE_WINDOW_MS;
  });
}
