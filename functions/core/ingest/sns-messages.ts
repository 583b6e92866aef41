import type { Source } from '../model/config/source.ts';
import { readTopicArn, snsHost } from '../model/config/sns-topic.ts';
import type { SigningCertificates, SubscriptionConfirmer } from './ports.ts';
import {
  isSnsUrl,
  SNS_MAX_AGE_MS,
  SNS_MAX_AHEAD_MS,
  snsCertificateUrl,
  verifySnsSignature,
} from './auth/sns-signature.ts';
import { AUTHENTIC, refused, type AuthVerdict } from './auth/verdict.ts';
import { isSnsMessage } from './formats/aws/envelope.ts';
import type { Format } from './formats/format.ts';
import type { IngestRequest } from './ingest-request.ts';
import { isFields, text, type Fields } from './read-fields.ts';

export type SnsPorts = SigningCertificates & SubscriptionConfirmer;

type SentDocuments = { request: IngestRequest; documents: readonly unknown[] };

/**
 * Whether SNS signed a body; a subscription that is asked for is confirmed on the way.
 *
 * With auth `sns` this is the whole proof: the body is one message, of a topic of the source, recent, and signed. With
 * any other auth the signature comes on top of the credential: every message of SNS in the body must be signed, and what
 * is none (an EventBridge event, a bare finding, raw message delivery, `{"Records": [{"Sns": …}]}`) rests on the
 * credential alone.
 *
 * @throws what the ports throw when the certificate cannot be had or the confirmation fails: SNS comes again.
 */
export async function checkSnsMessages(
  { source, ...sent }: { source: Source } & SentDocuments,
  format: Pick<Format, 'comesOverSns'>,
  ports: SnsPorts,
  nowMs: number,
): Promise<AuthVerdict> {
  if (source.auth.type === 'sns') {
    return checkListed(source.auth.topics, sent, ports, nowMs);
  }
  if (format.comesOverSns !== true) {
    return AUTHENTIC;
  }
  for (const message of sent.documents) {
    if (isFields(message) && isSnsMessage(message)) {
      // One after another: they share a certificate, which the first one fetches.
      // oxlint-disable-next-line no-await-in-loop
      const verdict = await checkSigned(message, snsCertificateUrl(message), ports, nowMs);
      if (!verdict.ok) return verdict;
    }
  }
  return AUTHENTIC;
}

/** What cannot be read as a message of SNS, in the words of the operator's status. */
export function noSnsMessage({
  headers,
}: Pick<IngestRequest, 'headers'>): 'raw-sns-message' | 'no-sns-message' {
  return headers['x-amz-sns-rawdelivery'] === 'true' ? 'raw-sns-message' : 'no-sns-message';
}

/** The cheap questions first: a certificate is fetched only for a message of a topic that is listed. */
async function checkListed(
  topics: readonly string[],
  { request, documents }: SentDocuments,
  ports: SnsPorts,
  nowMs: number,
): Promise<AuthVerdict> {
  const [message, ...others] = documents;
  if (!isFields(message) || !isSnsMessage(message) || others.length > 0) {
    return refused(noSnsMessage(request));
  }
  const topic = text(message['TopicArn']) ?? '';
  if (!topics.includes(topic)) {
    return refused('sns-topic-not-listed');
  }
  const sentMs = Date.parse(text(message['Timestamp']) ?? '');
  if (!(nowMs - sentMs <= SNS_MAX_AGE_MS && sentMs - nowMs <= SNS_MAX_AHEAD_MS)) {
    return refused('stale-timestamp');
  }
  // The topic's own region signs; a certificate from anywhere else is somebody's invention.
  const region = readTopicArn(topic)?.region;
  const url = snsCertificateUrl(message);
  const isOwn = url !== undefined && region !== undefined && new URL(url).host === snsHost(region);
  return checkSigned(message, isOwn ? url : undefined, ports, nowMs);
}

async function checkSigned(
  message: Fields,
  certificateUrl: string | undefined,
  ports: SnsPorts,
  nowMs: number,
): Promise<AuthVerdict> {
  const certificate = certificateUrl === undefined ? undefined : await ports.certificate(certificateUrl);
  if (certificate === undefined) {
    return refused('wrong-sns-signature');
  }
  const verdict = verifySnsSignature(message, certificate, nowMs);
  const { Type, SubscribeURL } = message;
  if (verdict.ok && Type === 'SubscriptionConfirmation' && isSnsUrl(SubscribeURL)) {
    await ports.confirm(SubscribeURL);
  }
  return verdict;
}
