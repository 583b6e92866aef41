import { hash } from 'node:crypto';
import type { Source, SourceAuth } from '../model/config/source.ts';
import { TIMESTAMP_TOLERANCE_SECONDS } from './auth/hmac-signature.ts';
import { SNS_MAX_AGE_MS, SNS_MAX_AHEAD_MS, snsSignedText } from './auth/sns-signature.ts';
import { encodingByContent } from './body/content-encoding.ts';
import { isSnsMessage } from './formats/aws/envelope.ts';
import { REPEAT_SECONDS, type Format } from './formats/format.ts';
import type { IngestRequest } from './ingest-request.ts';
import { isFields } from './read-fields.ts';

/** What makes a request the repetition of an earlier one. */
export type RequestIdentity = {
  /** A request with the same key, in time, is a repetition. */
  key: string;
  /** The same key with another content is a conflict, and no repetition. */
  contentSha256: string;
  windowSeconds: number;
};

const MAX_KEY_CHARACTERS = 255;
const PLAIN = /^[\x20-\x7e]*$/u;

/**
 * The identity of an authenticated request. What is signed outranks what is not: somebody who captured a signed request can
 * send it again with other headers, and it must stay the same request.
 *
 * | how the request proves itself | key |
 * |---|---|
 * | one signed message of SNS | the text that SNS signed |
 * | HMAC over `id.timestamp.body` | the signed id |
 * | any other HMAC | the signed bytes; no header counts |
 * | a secret in the request, or nothing | the sender's word (`Idempotency-Key`, `webhook-id`, the vendor's delivery header), else the content |
 *
 * An unsigned key could not even merge two bodies: a captured request would then take the key of one that is yet to come.
 */
export function requestIdentity(
  request: Pick<IngestRequest, 'headers'>,
  {
    source,
    format,
    documents,
    contentSha256,
  }: {
    source: Pick<Source, 'auth' | 'dedupWindowSeconds'>;
    format: Pick<Format, 'deliveryIdHeaders' | 'comesOverSns' | 'news'>;
    documents: readonly unknown[];
    contentSha256: string;
  },
): RequestIdentity {
  // A group that comes again unchanged comes to remind.
  const wanted = format.news === undefined ? Infinity : REPEAT_SECONDS;
  const windowSeconds = Math.max(
    Math.min(source.dedupWindowSeconds, wanted),
    acceptedForSeconds(source.auth),
  );
  const isSns = source.auth.type === 'sns' || format.comesOverSns === true;
  const signedText = isSns ? textSignedBySns(documents) : undefined;
  if (signedText !== undefined) {
    const signedSha256 = sha256(signedText);
    return { key: `sns:${signedSha256}`, contentSha256: signedSha256, windowSeconds };
  }
  const word = sendersWord(request.headers, keyHeaders(source.auth, format));
  return { key: word ?? `body:${contentSha256}`, contentSha256, windowSeconds };
}

/**
 * The SHA-256 of the content of a request, so that a sender may compress again when it comes again.
 *
 * Under HMAC it follows from the signed bytes alone: gzip and zstd are known by their content, the others only by a header,
 * which is not signed.
 */
export function contentSha256Of(
  request: Pick<IngestRequest, 'body'>,
  auth: SourceAuth,
  content: Uint8Array,
  sentSha256: string,
): string {
  const isSent =
    content === request.body || (auth.type === 'hmac' && encodingByContent(request.body) === undefined);
  return isSent ? sentSha256 : sha256(content);
}

/** The headers that may tell one request from another, the strongest first; several in a row count together. */
function keyHeaders(
  auth: SourceAuth,
  { deliveryIdHeaders = [] }: Pick<Format, 'deliveryIdHeaders'>,
): (readonly string[])[] {
  if (auth.type !== 'hmac') {
    return [['idempotency-key'], ['webhook-id'], deliveryIdHeaders];
  }
  return auth.signedContent === 'id.timestamp.body' && auth.idHeader !== undefined ? [[auth.idHeader]] : [];
}

function sendersWord(
  headers: Record<string, string>,
  candidates: readonly (readonly string[])[],
): string | undefined {
  for (const names of candidates) {
    const values = names.flatMap((name) => headers[name] ?? []);
    if (names.length > 0 && values.length === names.length && values.every((value) => value.trim() !== '')) {
      const [only = ''] = values;
      return `${names.join('+')}:${inBounds(values.length === 1 ? only : JSON.stringify(values))}`;
    }
  }
  return undefined;
}

/**
 * How long the same signature is accepted: from a timestamp that is ahead of our clock to one that is behind it. A
 * repetition has to be known for as long.
 */
function acceptedForSeconds(auth: SourceAuth): number {
  if (auth.type === 'sns') return (SNS_MAX_AGE_MS + SNS_MAX_AHEAD_MS) / 1_000;
  return auth.type === 'hmac' && auth.signedContent !== 'body' ? 2 * TIMESTAMP_TOLERANCE_SECONDS : 0;
}

/** The text and not its `MessageId`: a line break can be moved from one field to the next under the same signature. */
function textSignedBySns(documents: readonly unknown[]): string | undefined {
  const [message] = documents;
  return documents.length === 1 && isFields(message) && isSnsMessage(message)
    ? snsSignedText(message)
    : undefined;
}

/** Keys reach logs and tables; one that is long or holds control characters goes there as its hash. */
function inBounds(value: string): string {
  return value.length <= MAX_KEY_CHARACTERS && PLAIN.test(value) ? value : `sha256=${sha256(value)}`;
}

function sha256(content: Uint8Array | string): string {
  return hash('sha256', content);
}
