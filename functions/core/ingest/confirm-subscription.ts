import type { SigningCertificates, SubscriptionConfirmer } from '../ports.ts';
import { isSnsUrl, snsCertificateUrl, verifySnsSignature } from './auth/sns-signature.ts';
import type { Fields } from './read-fields.ts';

export type SubscriptionPorts = { certificates: SigningCertificates; subscriptions: SubscriptionConfirmer };

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
  const certificate = await ports.certificates.certificate(certificateUrl);
  if (!verifySnsSignature(message, certificate, nowMs).ok) {
    return { confirmed: false, because: 'wrong-signature' };
  }
  await ports.subscriptions.confirm(SubscribeURL);
  return { confirmed: true, topicArn: TopicArn };
}
