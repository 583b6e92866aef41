import type { SignedContent, SourceAuth } from '../../model/config/source.ts';
import { equalInConstantTime } from '../../signing/constant-time.ts';
import { hmac } from '../../signing/hmac.ts';
import { standardWebhooksKey } from '../../signing/standard-webhooks.ts';
import type { IngestRequest } from '../ingest-request.ts';
import { readSignatureHeader } from './signature-header.ts';
import { AUTHENTIC, refused, type AuthVerdict } from './verdict.ts';

/** How far a signed timestamp may be from our clock, either way. */
export const TIMESTAMP_TOLERANCE_SECONDS = 300;

/**
 * An id in which a timestamp of any form that is taken stands between dots: `id.timestamp.body` then reads in two ways under
 * one signature, and the same bytes would be two requests.
 */
const AMBIGUOUS_ID =
  /\.(?:[0-9]{9,11}|[0-9]{13}|\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2}))(?:\.|$)/u;

type HmacAuth = Extract<SourceAuth, { type: 'hmac' }>;

/**
 * Verifies a signature over the bytes as sent. The algorithm is the source's, never the request's: the same
 * header is SHA-1 at one vendor and SHA-256 at another.
 */
export function verifyHmac(
  auth: HmacAuth,
  request: Pick<IngestRequest, 'headers' | 'body'>,
  secrets: readonly string[],
  nowMs: number,
): AuthVerdict {
  const header = request.headers[auth.header];
  if (header === undefined || header === '') {
    return refused('missing-credential');
  }
  const { signatures, timestamp: labelled } = readSignatureHeader(header, auth);
  if (signatures.length === 0) {
    return refused('malformed-credential');
  }
  if (AMBIGUOUS_ID.test(request.headers[auth.idHeader ?? ''] ?? '')) {
    return refused('malformed-credential');
  }
  const timestamp =
    auth.timestampHeader === auth.header ? labelled : request.headers[auth.timestampHeader ?? ''];
  const preamble = signedPreamble(auth, timestamp, request.headers);
  if (preamble === undefined) {
    return refused('missing-credential');
  }
  if (preamble.timestamp !== undefined) {
    const seconds = readTimestamp(preamble.timestamp);
    if (seconds === undefined || isAmbiguous(auth, preamble.timestamp, request.body)) {
      return refused('malformed-credential');
    }
    if (Math.abs(Math.floor(nowMs / 1000) - seconds) > TIMESTAMP_TOLERANCE_SECONDS) {
      return refused('stale-timestamp');
    }
  }
  const matches = secrets.flatMap((secret) => {
    const expected = hmac(auth.algorithm, keyOf(secret, auth.signedContent), preamble.text, request.body);
    return signatures.map((signature) => equalInConstantTime(signature, expected));
  });
  return matches.includes(true) ? AUTHENTIC : refused('wrong-credential');
}

/** A `whsec_` secret is base64 where its own specification signs, and plain text everywhere else. */
function keyOf(secret: string, signedContent: SignedContent): string | Uint8Array {
  return signedContent === 'id.timestamp.body' ? standardWebhooksKey(secret) : secret;
}

/** What is signed before the body; undefined when a header that it needs is missing. */
function signedPreamble(
  auth: HmacAuth,
  timestamp: string | undefined,
  headers: Record<string, string>,
): { text: string; timestamp?: string } | undefined {
  if (auth.signedContent === 'body') {
    return { text: '' };
  }
  if (timestamp === undefined || timestamp === '') {
    return undefined;
  }
  switch (auth.signedContent) {
    case 'timestamp.body':
      return { text: `${timestamp}.`, timestamp };
    case 'timestamp:body':
      return { text: `${timestamp}:`, timestamp };
    case 'timestampbody':
      return { text: timestamp, timestamp };
    case 'v0:timestamp:body':
      return { text: `v0:${timestamp}:`, timestamp };
    case 'id.timestamp.body': {
      const id = headers[auth.idHeader ?? ''];
      return id === undefined || id === '' ? undefined : { text: `${id}.${timestamp}.`, timestamp };
    }
  }
}

const ISO_INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/u;

/**
 * Unix seconds from whole seconds or milliseconds (13 digits) in plain digits, or an ISO 8601 instant with its zone: `1e20`, `-1`
 * and `123abc` are somebody trying.
 */
function readTimestamp(text: string): number | undefined {
  if (/^[0-9]{1,11}$/u.test(text)) return Number(text);
  if (/^[0-9]{13}$/u.test(text)) return Math.floor(Number(text) / 1_000);
  const ms = ISO_INSTANT.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(ms) ? undefined : Math.floor(ms / 1_000);
}

/**
 * Without anything between timestamp and body, digits can move from one to the other under the same signature: then one request
 * would be two. Behind an instant with its zone nothing can.
 */
function isAmbiguous({ signedContent }: HmacAuth, timestamp: string, body: Uint8Array): boolean {
  const first = body[0] ?? 0;
  return signedContent === 'timestampbody' && /^[0-9]+$/u.test(timestamp) && first >= 0x30 && first <= 0x39;
}
