import { createHash } from 'node:crypto';
import type { Format } from './formats/format.ts';
import type { IngestRequest } from './ingest-request.ts';

const MAX_KEY_CHARACTERS = 255;
const PLAIN = /^[\x20-\x7e]*$/u;

/**
 * What makes a repetition: the sender's own word (`Idempotency-Key`, `webhook-id`, the vendor's delivery header) before
 * ours, the hash of the content.
 *
 * Only a sender's word can come with two contents; a hash cannot.
 */
export function requestKey(
  request: Pick<IngestRequest, 'headers'>,
  format: Pick<Format, 'deliveryIdHeader'>,
  contentSha256: string,
): string {
  for (const header of ['idempotency-key', 'webhook-id', format.deliveryIdHeader]) {
    const value = header === undefined ? undefined : request.headers[header];
    if (header !== undefined && value !== undefined && value.trim() !== '') {
      return `${header}:${inBounds(value)}`;
    }
  }
  return `body:${contentSha256}`;
}

/** Keys reach logs and tables; one that is long or holds control characters goes there as its hash. */
function inBounds(value: string): string {
  return value.length <= MAX_KEY_CHARACTERS && PLAIN.test(value)
    ? value
    : `sha256=${createHash('sha256').update(value).digest('hex')}`;
}
