import { GatewayError } from '../../errors.ts';
import type { IngestRequest } from '../ingest-request.ts';
import { isUtf8 } from './utf8.ts';

const REPLACEMENT = Buffer.from('\uFFFD');
/** `1f 8b` and `28 b5 2f fd` after someone decoded them as UTF-8 and put U+FFFD for what is none. */
const MANGLED_GZIP = Buffer.from('\u001F\uFFFD');
const MANGLED_ZSTD = Buffer.from('(\uFFFD/\uFFFD');

/**
 * Refuses a compressed body that was decoded as text on its way, so that bytes are gone for good.
 *
 * It happens to compressed bodies sent as `application/json` or `text/*`. Asked before the credential is looked at: over
 * lost bytes no signature can match, and a 401 would send the sender looking in the wrong place.
 *
 * @throws GatewayError `compressed-as-text`
 */
export function refuseLostBytes({ body, headers }: Pick<IngestRequest, 'body' | 'headers'>): void {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const isMangled = startsWith(bytes, MANGLED_GZIP) || startsWith(bytes, MANGLED_ZSTD);
  if (isMangled || (isDeclared(headers) && isMangledText(bytes))) {
    throw new GatewayError(
      'compressed-as-text',
      'the body was compressed but sent as text, so bytes were lost on the way; send compressed bodies with content-type application/octet-stream or application/gzip',
    );
  }
}

function isDeclared(headers: Record<string, string>): boolean {
  const encoding = headers['content-encoding']?.trim().toLowerCase() ?? '';
  return encoding !== '' && encoding !== 'identity';
}

/** Deflate and brotli have no first bytes to know them by; JSON that came through in clear begins like JSON. */
function isMangledText(bytes: Buffer): boolean {
  return bytes.includes(REPLACEMENT) && isUtf8(bytes) && !/^\s*[[{]/u.test(bytes.toString('utf8', 0, 64));
}

function startsWith(bytes: Buffer, start: Buffer): boolean {
  return bytes.subarray(0, start.length).equals(start);
}
