import type { SigningCertificates, SubscriptionConfirmer } from '../ports.ts';
import { isSnsUrl, snsCertificateUrl, verifySnsSignature } from './auth/sns-signature.ts';
import { AUTHENTIC, refused, type AuthVerdict } from './auth/verdict.ts';
import { isSnsMessage } from './formats/aws-event.ts';
import type { Format } from './formats/format.ts';
import { isFields, type Fields } from './read-fields.ts';

export type SnsPorts = SigningCertificates & SubscriptionConfirmer;

/**
 * Whether every message of SNS in a body was signed by SNS; a subscription that is asked for is confirmed on the way.
 *
 * The signature comes on top of the credential of the source, never instead of it: it says that SNS sends, and the
 * credential in the endpoint's URL that the subscription was made by someone who has it. What is no message of SNS
 * (an EventBridge event, a bare finding, raw message delivery) rests on the credential alone, and so does
 * `{"Records": [{"Sns": …}]}`, which only a forwarder of one's own makes.
 *
 * @throws what the ports throw when the certificate cannot be had or the confirmation fails: SNS comes again.
 */
export async function checkSnsMessages(
  documents: readonly unknown[],
  format: Pick<Format, 'comesOverSns'>,
  ports: SnsPorts,
  nowMs: number,
): Promise<AuthVerdict> {
  if (format.comesOverSns !== true) {
    return AUTHENTIC;
  }
  for (const message of documents) {
    if (isFields(message) && isSnsMessage(message)) {
      // One after another: they share a certificate, which the first one fetches.
      // oxlint-disable-next-line no-await-in-loop
      const verdict = await checkMessage(message, ports, nowMs);
      if (!verdict.ok) return verdict;
    }
  }
  return AUTHENTIC;
}

async function checkMessage(message: Fields, ports: SnsPorts, nowMs: number): Promise<AuthVerdict> {
  const certificateUrl = snsCertificateUrl(message);
  if (certificateUrl === undefined) {
    return refused('wrong-sns-signature');
  }
  const verdict = verifySnsSignature(message, await ports.certificate(certificateUrl), nowMs);
  const { Type, SubscribeURL } = message;
  if (verdict.ok && Type === 'SubscriptionConfirmation' && isSnsUrl(SubscribeURL)) {
    await ports.confirm(SubscribeURL);
  }
  return verdict;
}
