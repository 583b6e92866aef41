import type { DeliveryMessage } from '../../model/wire/delivery.ts';
import { STANDARD_RETRY, type Destination, type EmailDestination } from '../../model/config/destination.ts';
import type { Mailer, MailQuota, MailResult, RemediationSource } from '../ports.ts';
import type { SuppressionRegistry, UnsubscribeKeyStore } from '../../recipients/ports.ts';
import { unsubscribeToken } from '../../signing/unsubscribe-token.ts';
import type { AttemptResult, NoAttempt, PreparedAttempt } from '../deliver.ts';
import { plannedBlindly } from '../deliver-unreadable.ts';
import { composeDigest } from './compose/compose-digest.ts';
import { composeMail, type MailRequest } from './compose/compose-mail.ts';
import { admitMail, rejoinDigest, type FloodPorts, type MailAdmission } from '../flood/admit.ts';
import { closeDigest } from '../flood/close-digest.ts';
import { summarizedAlert } from '../flood/digest-message.ts';
import { wantedMail } from '../flood/wanted.ts';
import type { MailServer } from './smtp/mail-server.ts';

export type EmailPorts = {
  /** The mail server of the destination itself; undefined where its mails go out through SES. */
  smtp?: (destination: EmailDestination) => Promise<MailServer | undefined>;
  mailer: Mailer;
  quota: MailQuota;
  suppressions: SuppressionRegistry;
  /** Absent where nothing limits the mails. */
  floods?: FloodPorts;
  /** The operator's own steps; without it, the built-in ones. */
  remediation?: RemediationSource;
  /** Absent where nobody could open the link. */
  unsubscribe?: { baseUrl: string; keys: UnsubscribeKeyStore };
  /** The domain of Message-ID and of the thread: the sender's. */
  messageIdDomain: string;
};

/**
 * Prepares one mail to one recipient. The mail follows from the message alone, or from a digest that is sealed, so
 * every attempt writes the same one: the unsubscribe link counts its days from the decision to send, not from the
 * attempt.
 *
 * Before it is written it is decided whether it goes out by itself or into a digest (`flood/`); a test by an operator
 * always goes out.
 */
export async function prepareEmail(
  message: DeliveryMessage,
  destination: Destination,
  ports: EmailPorts,
): Promise<PreparedAttempt | NoAttempt> {
  if (destination.channel !== 'email' || message.recipient === undefined) {
    throw plannedBlindly(message, destination);
  }
  const to = message.recipient;
  const { floods } = ports;
  const { digest } = message;
  const summary =
    digest === undefined || floods === undefined ? undefined : await closeDigest(digest.id, floods.digests);
  if (digest !== undefined && summary === undefined) {
    return { told: 'empty-digest' };
  }
  const recipient = destination.recipients.find(({ address }) => address.toLowerCase() === to.toLowerCase());
  if (recipient === undefined) {
    return { suppressed: 'recipient-removed' };
  }
  const suppression = await ports.suppressions.find(destination.id, to);
  if (suppression !== undefined) {
    return { suppressed: suppression.reason };
  }
  const smtp = await ports.smtp?.(destination);
  // The quota is that of SES.
  const quota = smtp === undefined ? (await ports.quota.standing()).state : 'ample';
  const alert = summary === undefined ? message.alert : summarizedAlert(message, summary);
  const wanted = wantedMail({
    message,
    alert,
    recipient: to,
    ...(summary !== undefined && { summary }),
    quota,
    isDigesting: destination.isDigesting !== false,
  });
  const admission: MailAdmission =
    message.is_test === true || floods === undefined ? { admit: 'now' } : await admitMail(wanted, floods);
  if (admission.admit !== 'now') {
    return insteadOf(admission);
  }
  const request: MailRequest = {
    alert,
    role: recipient.role,
    to,
    destinationName: destination.name,
    deliveryId: message.delivery_id,
    messageIdDomain: smtp?.messageIdDomain ?? ports.messageIdDomain,
    ...(message.is_test === true && { isTest: true }),
    // Only an alert without steps of its own needs the operator's.
    ...((message.alert.remediation?.steps ?? []).length === 0 &&
      ports.remediation !== undefined && { remediation: await ports.remediation.load() }),
    ...(ports.unsubscribe !== undefined && {
      unsubscribeUrl: await unsubscribeUrl(message, to, ports.unsubscribe),
    }),
  };
  const mail =
    digest === undefined || summary === undefined
      ? composeMail(request)
      : composeDigest(request, digest, summary);
  return {
    body: JSON.stringify(mail),
    message,
    schedule: STANDARD_RETRY,
    ...(quota === 'exhausted' && { wait: 'mail-quota-exhausted' }),
    ...(floods !== undefined && {
      rejoin: async () => {
        const rejoined = await rejoinDigest(wanted, floods);
        return rejoined.admit === 'now' ? undefined : insteadOf(rejoined);
      },
    }),
    send: async () => {
      if (smtp !== undefined) return smtp.send(mail);
      const result = await ports.mailer.send({
        ...mail,
        deliveryId: message.delivery_id,
        alertId: message.alert_id,
      });
      if (result.result === 'quota-exceeded') {
        ports.quota.noteExhausted();
      }
      return resultOf(result);
    },
  };
}

function insteadOf(admission: Exclude<MailAdmission, { admit: 'now' }>): NoAttempt {
  return admission.admit === 'digested'
    ? { told: 'by-digest' }
    : { wait: admission.reason, untilMs: admission.untilMs };
}

async function unsubscribeUrl(
  message: DeliveryMessage,
  address: string,
  { baseUrl, keys }: NonNullable<EmailPorts['unsubscribe']>,
): Promise<string> {
  const token = unsubscribeToken(await keys.keys(), {
    destinationId: message.destination_id,
    address,
    decidedMs: Date.parse(message.created_at),
  });
  return `${baseUrl}/${token}`;
}

function resultOf(result: MailResult): AttemptResult {
  if (result.result === 'accepted') {
    return { outcome: { outcome: 'delivered' }, facts: { message_id: result.messageId } };
  }
  return {
    outcome: outcomeOf(result.result),
    facts: { detail: `${result.code}: ${result.detail}` },
    ...(result.result === 'unanswered' && { mayBeSent: true }),
  };
}

function outcomeOf(result: Exclude<MailResult['result'], 'accepted'>): AttemptResult['outcome'] {
  switch (result) {
    case 'throttled':
      return { outcome: 'deferred', reason: 'mail-throttled' };
    case 'quota-exceeded':
      return { outcome: 'deferred', reason: 'mail-quota-exhausted' };
    case 'unavailable':
    case 'unanswered':
      return { outcome: 'retry', reason: 'mail-service-failed' };
    case 'rejected':
      return { outcome: 'failed', reason: 'mail-rejected' };
    case 'not-permitted':
      return { outcome: 'failed', reason: 'mail-not-permitted' };
  }
}
