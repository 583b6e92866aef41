import type { HmacAlgorithm, SignedContent, SourceAuth } from '../../model/config/source.ts';
import { equalInConstantTime } from '../../signing/constant-time.ts';
import { hmac } from '../../signing/hmac.ts';
import { standardWebhooksKey } from '../../signing/standard-webhooks.ts';
import type { IngestRequest } from '../ingest-request.ts';
import { AUTHENTIC, refused, type AuthVerdict } from './verdict.ts';

/** How far a signed timestamp may be from our clock, either way. */
export const TIMESTAMP_TOLERANCE_SECONDS = 300;

const DIGEST_BYTES: Record<HmacAlgorithm, number> = { sha256: 32, sha1: 20 };
/**
 * An id in which a timestamp stands between dots: `id.timestamp.body` then reads in two ways under one signature, and the
 * same bytes would be two requests.
 */
const AMBIGUOUS_ID = /\.[0-9]{9,11}(?:\.|$)/u;
/** More candidates than any sender with two live secrets gives; a list without end is not worth hashing. */
const MAX_SIGNATURES = 8;

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
  const signatures = readSignatures(header, auth);
  if (signatures.length === 0) {
    return refused('malformed-credential');
  }
  if (AMBIGUOUS_ID.test(request.headers[auth.idHeader ?? ''] ?? '')) {
    return refused('malformed-credential');
  }
  const preamble = signedPreamble(auth, request.headers);
  if (preamble === undefined) {
    return refused('missing-credential');
  }
  if (preamble.timestamp !== undefined) {
    const seconds = readTimestamp(preamble.timestamp);
    if (seconds === undefined) {
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
  headers: Record<string, string>,
): { text: string; timestamp?: string } | undefined {
  if (auth.signedContent === 'body') {
    return { text: '' };
  }
  const timestamp = headers[auth.timestampHeader ?? ''];
  if (timestamp === undefined || timestamp === '') {
    return undefined;
  }
  switch (auth.signedContent) {
    case 'timestamp.body':
      return { text: `${timestamp}.`, timestamp };
    case 'timestamp:body':
      return { text: `${timestamp}:`, timestamp };
    case 'v0:timestamp:body':
      return { text: `v0:${timestamp}:`, timestamp };
    case 'id.timestamp.body': {
      const id = headers[auth.idHeader ?? ''];
      return id === undefined || id === '' ? undefined : { text: `${id}.${timestamp}.`, timestamp };
    }
  }
}

/** Whole Unix seconds in plain digits: `1e20`, `-1` and `123abc` are somebody trying. */
function readTimestamp(text: string): number | undefined {
  return /^[0-9]{1,11}$/u.test(text) ? Number(text) : undefined;
}

/**
 * The signatures in a header as bytes, strictly: hex in any case or canonical base64, of the algorithm's length,
 * behind an optional `sha256=`, `sha1=`, `v0=` or `v1=`. Standard Webhooks sends several: `v1,<base64> v1,<base64>`.
 */
function readSignatures(header: string, auth: HmacAuth): Uint8Array[] {
  const candidates =
    auth.signedContent === 'id.timestamp.body' && header.includes(',')
      ? header
          .split(' ')
          .filter((part) => part.startsWith('v1,'))
          .map((part) => part.slice('v1,'.length))
      : [header.replace(prefixOf(auth.algorithm), '')];
  return candidates
    .slice(0, MAX_SIGNATURES)
    .map((candidate) => decodeDigest(candidate, DIGEST_BYTES[auth.algorithm]))
    .filter((signature) => signature !== undefined);
}

function prefixOf(algorithm: HmacAlgorithm): RegExp {
  return algorithm === 'sha256' ? /^(?:sha256=|v[01]=)/u : /^(?:sha1=|v[01]=)/u;
}

function decodeDigest(text: string, bytes: number): Uint8Array | undefined {
  if (text.length === bytes * 2 && /^[0-9a-f]+$/i.test(text)) {
    return Buffer.from(text, 'hex');
  }
  const decoded = Buffer.from(text, 'base64');
  return decoded.length === bytes && decoded.toString('base64') === text ? decoded : undefined;
}
