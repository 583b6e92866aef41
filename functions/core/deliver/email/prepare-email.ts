import type { DeliveryMessage } from '../../model/wire/delivery.ts';
import { STANDARD_RETRY, type Destination, type EmailDestination } from '../../model/config/destination.ts';
import type { Mailer, MailQuota, RemediationSource, Stories } from '../ports.ts';
import type { SuppressionRegistry, UnsubscribeKeyStore } from '../../recipients/ports.ts';
import { unsubscribeToken } from '../../signing/unsubscribe-token.ts';
import { isVerdict, plannedBlindly, type Prepared, type Unclaimed } from '../attempt.ts';
import { composeDigest } from './compose/compose-digest.ts';
import { composeMail, type MailRequest } from './compose/compose-mail.ts';
import { admit, rejoinDigest, type FloodPorts } from '../flood/admit.ts';
import { closeDigest } from '../flood/close-digest.ts';
import { summarizedAlert } from '../flood/summarized-alert.ts';
import { wanted } from '../flood/wanted.ts';
import { tellOnce } from '../story/tell.ts';
import { judgeMailResult } from './ses.ts';
import type { MailServer } from './smtp/mail-server.ts';

export type EmailPorts = {
  /** The mail server of the destination itself; undefined where its mails go out through SES. */
  smtp?: (destination: EmailDestination) => Promise<MailServer | undefined>;
  mailer: Mailer;
  quota: MailQuota;
  suppressions: SuppressionRegistry;
  /** Absent where everything is told. */
  stories?: Stories;
  /** Absent where nothing limits the mails. */
  floods?: FloodPorts;
  /** The operator's own steps; without it, the built-in ones. */
  remediation?: RemediationSource;
  /** Absent where nobody could open the link. */
  unsubscribe?: { baseUrl: string; keys: UnsubscribeKeyStore };
  /** Which gateway the commands of a mail are for, as flags of the CLI; absent: the local run in its usual folder. */
  target?: string;
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
): Promise<Prepared | Unclaimed> {
  if (destination.channel !== 'email' || message.recipient === undefined) {
    throw plannedBlindly(message, destination);
  }
  const to = message.recipient;
  const { floods } = ports;
  const { digest } = message;
  const summary =
    digest === undefined || floods === undefined ? undefined : await closeDigest(digest.id, floods.digests);
  if (digest !== undefined && summary === undefined) {
    return { verdict: 'settled', reason: 'empty-digest' };
  }
  const recipient = destination.recipients.find(({ address }) => address.toLowerCase() === to.toLowerCase());
  if (recipient === undefined) {
    return { verdict: 'suppressed', reason: 'recipient-removed' };
  }
  const suppression = await ports.suppressions.find(destination.id, to);
  if (suppression !== undefined) {
    return { verdict: 'suppressed', reason: suppression.reason };
  }
  // Before the flood: what is not told joins no digest, and what joins one is told by it.
  const told = await tellOnce(message, destination, ports.stories);
  if (isVerdict(told)) return told;
  const smtp = await ports.smtp?.(destination);
  // The quota is that of SES.
  const quota = smtp === undefined ? (await ports.quota.standing()).state : 'ample';
  const alert = summary === undefined ? message.alert : summarizedAlert(message, summary);
  const wish = wanted({
    message,
    alert,
    ...(summary !== undefined && { summary }),
    quota,
    isDigesting: destination.isDigesting !== false,
    isOver: told.note?.ended !== undefined,
  });
  const elsewhere = message.is_test === true || floods === undefined ? undefined : await admit(wish, floods);
  if (elsewhere !== undefined) {
    return elsewhere;
  }
  const request: MailRequest = {
    alert,
    role: recipient.role,
    to,
    destinationName: destination.name,
    deliveryId: message.delivery_id,
    messageIdDomain: smtp?.messageIdDomain ?? ports.messageIdDomain,
    ...(message.is_test === true && { isTest: true }),
    ...(told.note !== undefined && { story: told.note }),
    ...(message.told_because !== undefined && { toldBecause: message.told_because }),
    ...(destination.timeZone !== undefined && { timeZone: destination.timeZone }),
    ...(ports.target !== undefined && { target: ports.target }),
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
    message: told.note === undefined ? message : { ...message, story: told.note },
    schedule: STANDARD_RETRY,
    ...(quota === 'exhausted' && { wait: 'mail-quota-exhausted' }),
    ...(floods !== undefined && { rejoin: async () => rejoinDigest(wish, floods) }),
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
      return judgeMailResult(result);
    },
  };
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
