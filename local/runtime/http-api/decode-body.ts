import { isUtf8 } from 'node:buffer';
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';

/**
 * How the API passes on bytes that are not UTF-8 but were sent under a content type that arrives as text.
 *
 * AWS does not document it, and three behaviours have been seen: base64 after all, decompressed with the header left on,
 * or decoded with loss (U+FFFD).
 */
export type TextBytesBehaviour = 'base64' | 'decompressed' | 'lossy';

type EventBody = { body?: string; isBase64Encoded: boolean };

const MAX_DECOMPRESSED_BYTES = 10 * 1024 * 1024;
const TEXT_TYPES = new Set(['application/json', 'application/xml', 'application/javascript']);

function isTextType(contentType: string | undefined): boolean {
  const type = (contentType ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  return type.startsWith('text/') || TEXT_TYPES.has(type);
}

function decompress(bytes: Buffer, encoding: string | undefined): Buffer | undefined {
  const limit = { maxOutputLength: MAX_DECOMPRESSED_BYTES };
  try {
    if (encoding === 'gzip' || encoding === 'x-gzip') return gunzipSync(bytes, limit);
    if (encoding === 'deflate') return inflateSync(bytes, limit);
    if (encoding === 'br') return brotliDecompressSync(bytes, limit);
  } catch {
    // Bytes that do not decompress are treated as any others that are not text.
  }
  return undefined;
}

/**
 * The body as payload format 2.0 carries it: a string for `text/*`, JSON, XML and JavaScript, base64 for everything else,
 * a missing content type and forms included.
 */
export function decodeBody(
  bytes: Buffer,
  headers: Readonly<Record<string, string>>,
  behaviour: TextBytesBehaviour,
): EventBody {
  if (bytes.length === 0) return { isBase64Encoded: false };
  const asBase64 = { body: bytes.toString('base64'), isBase64Encoded: true };
  if (!isTextType(headers['content-type'])) return asBase64;
  if (isUtf8(bytes)) return { body: bytes.toString('utf8'), isBase64Encoded: false };
  if (behaviour === 'base64') return asBase64;
  const encoding = headers['content-encoding']?.trim().toLowerCase();
  const plain = behaviour === 'decompressed' ? decompress(bytes, encoding) : undefined;
  return { body: (plain ?? bytes).toString('utf8'), isBase64Encoded: false };
}
