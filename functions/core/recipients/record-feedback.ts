import type { EmailDestination } from '../model/config/destination.ts';
import { mailRejected } from '../system-alerts/mail-rejected.ts';
import { raised } from '../system-alerts/raise.ts';
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

/** The result of one event, for the log. */
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
 * ended in the middle; an event from before an operator let the recipient back in suppresses no recipient.
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

async function tellNotSent(
  notice: MailNotice,
  destination: EmailDestination,
  recipient: string,
  { alerts, clock, tenantId }: FeedbackPorts,
): Promise<void> {
  const { event, alertId, deliveryId } = notice;
  const about = { nowMs: clock.now(), eventAt: event.at, tenantId };
  await alerts.enqueue(raised([mailRejected({ alertId, deliveryId, recipient }, destination, about)]));
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
