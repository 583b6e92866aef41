import { GatewayError } from '../../errors.ts';

export type Encoding = 'gzip' | 'zstd' | 'deflate' | 'br';

const ENCODINGS: Record<string, Encoding> = {
  gzip: 'gzip',
  'x-gzip': 'gzip',
  zstd: 'zstd',
  deflate: 'deflate',
  br: 'br',
};

/**
 * What `Content-Encoding` says (RFC 9110, section 8.4); undefined when it says nothing or `identity`.
 *
 * @throws GatewayError `unsupported-encoding` for an unknown word, and for more than one layer
 */
export function declaredEncoding(header: string | undefined): Encoding | undefined {
  const words = (header ?? '')
    .toLowerCase()
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '' && word !== 'identity');
  const encodings = words.map((word) => (Object.hasOwn(ENCODINGS, word) ? ENCODINGS[word] : undefined));
  const unknown = words[encodings.indexOf(undefined)];
  if (unknown !== undefined) {
    throw new GatewayError(
      'unsupported-encoding',
      `content-encoding ${JSON.stringify(unknown.slice(0, 40))} is not understood; expected gzip, zstd, deflate or br`,
    );
  }
  if (encodings.length > 1) {
    throw new GatewayError(
      'unsupported-encoding',
      'content-encoding names several layers; compress the body once',
    );
  }
  return encodings[0];
}

const GZIP_MAGIC = [0x1f, 0x8b];
const ZSTD_MAGIC = [0x28, 0xb5, 0x2f, 0xfd];

/** Gzip and zstd by their first bytes. Neither can begin a text: 8b and b5 are no UTF-8 there. */
export function encodingByContent(body: Uint8Array): 'gzip' | 'zstd' | undefined {
  if (begins(body, GZIP_MAGIC)) {
    return 'gzip';
  }
  return begins(body, ZSTD_MAGIC) || isSkippableFrame(body) ? 'zstd' : undefined;
}

/** Whether the body ends before it shows what its header says it is: a body of one byte, for example. */
export function isCutMagic(body: Uint8Array, declared: Encoding | undefined): boolean {
  const magic = declared === 'gzip' ? GZIP_MAGIC : declared === 'zstd' ? ZSTD_MAGIC : [];
  return body.length < magic.length && begins(magic, [...body]);
}

/** A zstd frame of user data may come first: `5? 2a 4d 18` (RFC 8878, section 3.1.2). */
export function isSkippableFrame(body: Uint8Array): boolean {
  return ((body[0] ?? 0) & 0xf0) === 0x50 && begins(body.subarray(1), [0x2a, 0x4d, 0x18]);
}

function begins(bytes: ArrayLike<number>, magic: readonly number[]): boolean {
  return magic.every((byte, at) => bytes[at] === byte);
}
