import type { DeliveryMessage, Outcome } from '../model/delivery.ts';
import { STANDARD_RETRY, type Destination } from '../model/destination.ts';
import type { Mailer, MailResult } from '../ports.ts';
import type { AttemptResult, PreparedAttempt } from './deliver.ts';
import { composeMail } from './email/compose-mail.ts';

export type EmailPorts = {
  mailer: Mailer;
  /** The domain of Message-ID and of the thread: the sender's. */
  messageIdDomain: string;
};

/**
 * Prepares one mail to one recipient. The mail follows from the alert alone, so every attempt writes the same one.
 */
export function prepareEmail(
  message: DeliveryMessage,
  destination: Destination,
  ports: EmailPorts,
): PreparedAttempt | { suppressed: 'recipient-removed' } {
  if (destination.channel !== 'email' || message.recipient === undefined) {
    throw new Error(
      `destination ${JSON.stringify(destination.name)} is no mail destination, or nobody is named`,
    );
  }
  const to = message.recipient;
  const recipient = destination.recipients.find(({ address }) => address.toLowerCase() === to.toLowerCase());
  if (recipient === undefined) {
    return { suppressed: 'recipient-removed' };
  }
  const mail = composeMail({
    alert: message.alert,
    role: recipient.role,
    to,
    destinationName: destination.name,
    deliveryId: message.delivery_id,
    messageIdDomain: ports.messageIdDomain,
  });
  return {
    body: JSON.stringify(mail),
    message,
    schedule: STANDARD_RETRY,
    send: async () => resultOf(await ports.mailer.send({ ...mail, deliveryId: message.delivery_id })),
  };
}

function resultOf(result: MailResult): AttemptResult {
  if (result.result === 'accepted') {
    return { outcome: { outcome: 'delivered' }, facts: { message_id: result.messageId } };
  }
  return { outcome: outcomeOf(result.result), facts: { detail: `${result.code}: ${result.detail}` } };
}

function outcomeOf(
  result: 'throttled' | 'rejected' | 'unavailable',
): Extract<Outcome, { outcome: 'retry' | 'failed' }> {
  switch (result) {
    case 'throttled':
      return { outcome: 'retry', reason: 'mail-throttled' };
    case 'unavailable':
      return { outcome: 'retry', reason: 'mail-service-failed' };
    case 'rejected':
      return { outcome: 'failed', reason: 'mail-rejected' };
  }
}
