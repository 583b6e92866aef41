import type { DeliveryMessage } from '../../model/wire/delivery.ts';
import {
  type Destination,
  type EmailDestination,
  type Recipient,
  STANDARD_RETRY,
} from '../../model/config/destination.ts';
import type { RemediationSource, Stories } from '../ports.ts';
import type { SuppressionRegistry, UnsubscribeKeyStore } from '../../recipients/ports.ts';
import { unsubscribeToken } from '../../signing/unsubscribe-token.ts';
import { isVerdict, plannedBlindly, type Prepared, type Unclaimed } from '../attempt.ts';
import { composeDigest } from './compose/compose-digest.ts';
import { composeMail, type MailRequest } from './compose/compose-mail.ts';
import type { FloodPorts } from '../flood/admit.ts';
import { contentOf } from '../flood/content-of.ts';
import { passFlood } from '../flood/pass-flood.ts';
import { tellOnce } from '../story/tell.ts';
import { transportOf, type TransportPorts } from './transport.ts';

export type EmailPorts = TransportPorts & {
  suppressions: SuppressionRegistry;
  /** Absent where everything is told. */
  stories?: Stories;
  /** Absent where nothing limits the mails. */
  floods?: FloodPorts;
  /** The operator's own steps; without it, the built-in ones. */
  remediation?: RemediationSource;
  /** Absent where no reader could open the link. */
  unsubscribe?: { baseUrl: string; keys: UnsubscribeKeyStore };
  /** Which gateway the commands of a mail are for, as flags of the CLI; absent: the local run in its usual folder. */
  target?: string;
};

/**
 * Prepares one mail to one recipient. The mail follows from the message alone, or from a digest that is sealed, so
 * every attempt writes the same one: the unsubscribe link counts its days from the decision to send, not from the
 * attempt.
 *
 * The decision whether it goes out by itself or into a digest (`flood/`) comes before it is written.
 */
export async function prepareEmail(
  message: DeliveryMessage,
  destination: Destination,
  ports: EmailPorts,
): Promise<Prepared | Unclaimed> {
  const { recipient: to } = message;
  if (destination.channel !== 'email' || to === undefined) throw plannedBlindly(message, destination);
  const content = await contentOf(message, ports.floods);
  if (isVerdict(content)) return content;
  const recipient = await recipientOf(to, destination, ports.suppressions);
  if (isVerdict(recipient)) return recipient;
  // The story comes before the flood: a delivery that is not told joins no digest, and a digest tells of its members.
  const told = await tellOnce(message, destination, ports.stories);
  if (isVerdict(told)) return told;
  const transport = await transportOf(message, destination, ports);
  const isDigesting = destination.isDigesting !== false;
  const isOver = told.note?.ended !== undefined;
  const wish = { message, ...content, quota: transport.quota, isDigesting, isOver };
  const passed = await passFlood(wish, ports.floods);
  if (isVerdict(passed)) return passed;

  const request: MailRequest = {
    ...(await requestOf(message, destination, ports)),
    alert: content.alert,
    role: recipient.role,
    to,
    messageIdDomain: transport.messageIdDomain,
    ...(told.note !== undefined && { story: told.note }),
  };
  const { digest } = message;
  const mail =
    digest === undefined || content.summary === undefined
      ? composeMail(request)
      : composeDigest(request, digest, content.summary);
  return {
    ...passed,
    body: JSON.stringify(mail),
    message: told.note === undefined ? message : { ...message, story: told.note },
    schedule: STANDARD_RETRY,
    ...(transport.quota === 'exhausted' && { wait: 'mail-quota-exhausted' }),
    send: async () => transport.send(mail),
  };
}

/** The recipient as the destination names it now, unless it is to get no mail. */
async function recipientOf(
  to: string,
  { id, recipients }: EmailDestination,
  suppressions: SuppressionRegistry,
): Promise<Recipient | Unclaimed> {
  const recipient = recipients.find(({ address }) => address.toLowerCase() === to.toLowerCase());
  if (recipient === undefined) return { verdict: 'suppressed', reason: 'recipient-removed' };
  const suppression = await suppressions.find(id, to);
  return suppression === undefined ? recipient : { verdict: 'suppressed', reason: suppression.reason };
}

/** The parts of a mail that follow from message, destination and gateway. */
async function requestOf(
  message: DeliveryMessage,
  { name, timeZone }: EmailDestination,
  { remediation, target, unsubscribe }: EmailPorts,
) {
  // Only an alert without steps of its own needs the operator's.
  const hasSteps = (message.alert.remediation?.steps ?? []).length > 0;
  return {
    destinationName: name,
    deliveryId: message.delivery_id,
    ...(message.is_test === true && { isTest: true as const }),
    ...(message.told_because !== undefined && { toldBecause: message.told_because }),
    ...(timeZone !== undefined && { timeZone }),
    ...(target !== undefined && { target }),
    ...(!hasSteps && remediation !== undefined && { remediation: await remediation.load() }),
    ...(unsubscribe !== undefined && { unsubscribeUrl: await unsubscribeUrl(message, unsubscribe) }),
  };
}

async function unsubscribeUrl(
  { destination_id: destinationId, recipient: address = '', created_at: decidedAt }: DeliveryMessage,
  { baseUrl, keys }: NonNullable<EmailPorts['unsubscribe']>,
): Promise<string> {
  const token = unsubscribeToken(await keys.keys(), {
    destinationId,
    address,
    decidedMs: Date.parse(decidedAt),
  });
  return `${baseUrl}/${token}`;
}
