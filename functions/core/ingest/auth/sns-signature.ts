import { createVerify, X509Certificate } from 'node:crypto';
import { isSnsHost } from '../../model/config/sns-topic.ts';
import type { Fields } from '../read-fields.ts';
import { AUTHENTIC, refused, type AuthVerdict } from './verdict.ts';

/** What is signed, in this order, by the type of the message; `Subject` only when there is one. */
const SIGNED_FIELDS: Record<string, readonly string[]> = {
  Notification: ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'],
  SubscriptionConfirmation: [
    'Message',
    'MessageId',
    'SubscribeURL',
    'Timestamp',
    'Token',
    'TopicArn',
    'Type',
  ],
  UnsubscribeConfirmation: ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'],
};

/**
 * How old a message may be with auth `sns`. SNS repeats a delivery for an hour at most; what is older was captured and sent
 * again.
 *
 * https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html: the policy of an HTTP subscription may
 * spread its attempts over 3,600 seconds.
 */
export const SNS_MAX_AGE_MS = 75 * 60_000;
export const SNS_MAX_AHEAD_MS = 5 * 60_000;

/** The digest is the topic's setting; both are RSA. Nothing else exists. */
const DIGESTS: Record<string, 'RSA-SHA1' | 'RSA-SHA256'> = { '1': 'RSA-SHA1', '2': 'RSA-SHA256' };

/**
 * Whether a URL in a message may be fetched: https, a host of SNS, the usual port, no user.
 *
 * The message is from outside until its signature is verified, and the certificate for that is behind such a URL.
 */
export function isSnsUrl(value: unknown): value is string {
  if (typeof value !== 'string' || !URL.canParse(value)) {
    return false;
  }
  const { protocol, hostname, port, username, password } = new URL(value);
  return protocol === 'https:' && port === '' && username === '' && password === '' && isSnsHost(hostname);
}

/**
 * Where the certificate of a message is, when it may be fetched: the name differs between old and new messages. A query
 * would give the same certificate any number of addresses, each to be fetched.
 */
export function snsCertificateUrl(message: Fields): string | undefined {
  const url = message['SigningCertURL'] ?? message['SigningCertUrl'];
  return isSnsUrl(url) && /^https:\/\/[^/?#]+\/[A-Za-z0-9_-]{1,128}\.pem$/u.test(url) ? url : undefined;
}

/**
 * Whether SNS signed a message (signature version 1 = SHA-1, 2 = SHA-256) with the key of a certificate.
 *
 * It proves that the message is from SNS, not that it is from a topic of ours: that is the caller's to check.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html (2026-11-21)
 */
export function verifySnsSignature(message: Fields, certificatePem: string, nowMs: number): AuthVerdict {
  const text = snsSignedText(message);
  const digest = own(DIGESTS, message['SignatureVersion']);
  const signature = message['Signature'];
  if (text === undefined || digest === undefined || typeof signature !== 'string') {
    return refused('wrong-sns-signature');
  }
  const bytes = Buffer.from(signature, 'base64');
  const certificate = readCertificate(certificatePem);
  if (bytes.length === 0 || bytes.toString('base64') !== signature || certificate === undefined) {
    return refused('wrong-sns-signature');
  }
  const isValidNow = nowMs >= Date.parse(certificate.validFrom) && nowMs <= Date.parse(certificate.validTo);
  const isRsa = certificate.publicKey.asymmetricKeyType === 'rsa';
  return isValidNow && isRsa && createVerify(digest).update(text, 'utf8').verify(certificate.publicKey, bytes)
    ? AUTHENTIC
    : refused('wrong-sns-signature');
}

/** What SNS signs: `name\nvalue\n` for each field; undefined when a field that must be there is missing. */
export function snsSignedText(message: Fields): string | undefined {
  const names = own(SIGNED_FIELDS, message['Type']);
  if (names === undefined) {
    return undefined;
  }
  let text = '';
  for (const name of names) {
    const value = message[name];
    if (typeof value === 'string') {
      text += `${name}\n${value}\n`;
    } else if (name !== 'Subject') {
      return undefined;
    }
  }
  return text;
}

function readCertificate(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    // Not a certificate: nothing verifies with it.
    return undefined;
  }
}

function own<T>(table: Record<string, T>, name: unknown): T | undefined {
  return typeof name === 'string' && Object.hasOwn(table, name) ? table[name] : undefined;
}
