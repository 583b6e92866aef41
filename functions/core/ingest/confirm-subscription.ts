import type { SigningCertificates, SubscriptionConfirmer } from '../ports.ts';
import { isSnsUrl, snsCertificateUrl, verifySnsSignature } from './auth/sns-signature.ts';
import type { Format } from './formats/format.ts';
import { isFields, type Fields } from './read-fields.ts';

export type SubscriptionPorts = SigningCertificates & SubscriptionConfirmer;

/** What came of a message of SNS that asks whether we want a topic's messages. */
export type Confirmation =
  | { confirmed: true; topicArn: string }
  | { confirmed: false; because: 'not-asked' | 'foreign-url' | 'wrong-signature' };

/**
 * Confirms a subscription by visiting its URL, after both the URL and the signature proved to be Amazon's.
 *
 * For a request whose source authenticated already: the signature says that SNS asks, the credential in the
 * endpoint's URL that the subscription was made by someone who has it.
 *
 * @throws what the ports throw when Amazon cannot be reached: SNS asks again.
 */
export async function confirmSubscription(
  message: Fields,
  ports: SubscriptionPorts,
  nowMs: number,
): Promise<Confirmation> {
  const { Type, TopicArn, SubscribeURL } = message;
  if (Type !== 'SubscriptionConfirmation' || typeof TopicArn !== 'string') {
    return { confirmed: false, because: 'not-asked' };
  }
  const certificateUrl = snsCertificateUrl(message);
  if (certificateUrl === undefined || !isSnsUrl(SubscribeURL)) {
    return { confirmed: false, because: 'foreign-url' };
  }
  const certificate = await ports.certificate(certificateUrl);
  if (!verifySnsSignature(message, certificate, nowMs).ok) {
    return { confirmed: false, because: 'wrong-signature' };
  }
  await ports.confirm(SubscribeURL);
  return { confirmed: true, topicArn: TopicArn };
}

/**
 * Confirms what the body of a request asks for, where the format is one that comes over SNS; anything else passes.
 * A request that Amazon's signature does not cover confirms nothing, and is still an alert that says what arrived.
 */
export async function confirmSubscriptions(
  documents: readonly unknown[],
  format: Pick<Format, 'comesOverSns'>,
  ports: SubscriptionPorts | undefined,
  nowMs: number,
): Promise<void> {
  const [document] = documents;
  if (format.comesOverSns === true && ports !== undefined && documents.length === 1 && isFields(document)) {
    await confirmSubscription(document, ports, nowMs);
  }
}
