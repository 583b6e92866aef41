import {
  brotliDecompressSync,
  constants,
  gunzipSync,
  inflateRawSync,
  inflateSync,
  zstdDecompressSync,
} from 'node:zlib';
import { GatewayError } from '../../errors.ts';
import {
  declaredEncoding,
  encodingByContent,
  isCutMagic,
  isSkippableFrame,
  type Encoding,
} from './content-encoding.ts';
import { MAX_REQUEST_BYTES } from '../request-size.ts';
import { isUtf8 } from './utf8.ts';

/** The most that a body may decompress to. */
export const MAX_CONTENT_BYTES = 10 * 1024 * 1024;
/** The most that it may grow, once it is larger than what could have been sent uncompressed anyway. */
const MAX_RATIO = 200;
/** Parallel compressors write a frame per block; this many blocks no body of 1 MB has. */
const MAX_FRAMES = 1_024;
/** 16 MiB: above all that may come out (RFC 8878 asks for 8), far below what a frame header could ask for. */
const ZSTD_WINDOW_LOG = 24;

/**
 * The body without its compression: by its first bytes for gzip and zstd, by `Content-Encoding` for deflate and
 * brotli, which have none. Where header and content disagree, the content is right: API Gateway may have decompressed
 * it and left the header on.
 *
 * Synchronous on purpose: up to 1 MB that costs a half to a quarter, and the output is bounded as it grows.
 *
 * @throws GatewayError `bad-compression`, `unsupported-encoding`, `payload-too-large`
 */
export function decompress(body: Uint8Array, contentEncoding: string | undefined): Uint8Array {
  const declared = declaredEncoding(contentEncoding);
  const found = encodingByContent(body);
  if ((declared === undefined && found === undefined) || body.length === 0) {
    return body;
  }
  const failures: unknown[] = [];
  for (const unpack of candidates(found, declared)) {
    try {
      return onlyOneLayer(unpack(body, outputLimit(body)));
    } catch (error) {
      if (error instanceof GatewayError) {
        throw error;
      }
      if (isTooLong(error)) {
        throw tooLarge(body);
      }
      failures.push(error);
    }
  }
  if (isPlainText(body) && !isCutMagic(body, declared)) {
    return body;
  }
  if (failures.some((failure) => codeOf(failure) === 'ZSTD_error_frameParameter_windowTooLarge')) {
    throw new GatewayError(
      'bad-compression',
      `the zstd frame asks for a window of more than ${String(2 ** ZSTD_WINDOW_LOG)} bytes; compress without --long or --ultra`,
      { cause: failures[0] },
    );
  }
  throw new GatewayError(
    'bad-compression',
    `the body is not valid ${found ?? declared ?? 'compressed data'}: cut off, damaged, with something after its end, or in need of a dictionary`,
    { cause: failures[0] },
  );
}

type Unpack = (body: Uint8Array, limit: number) => Uint8Array;

function candidates(found: 'gzip' | 'zstd' | undefined, declared: Encoding | undefined): Unpack[] {
  return [
    ...(found === 'gzip' ? [whole(gunzipSync, gzipChunkSize)] : []),
    ...(found === 'zstd' ? [unpackZstd] : []),
    ...(declared === 'br' ? [whole(brotliDecompressSync)] : []),
    // "deflate" means zlib (RFC 9110, section 8.4.1.2), and some senders leave the wrapper out.
    ...(declared === 'deflate' ? [whole(inflateSync), whole(inflateRawSync)] : []),
  ];
}

type Info = { buffer: Buffer; engine: { bytesWritten: number } };
type Options = { info: true; maxOutputLength: number; chunkSize: number };

/** Node says nothing about bytes behind the end, so what was consumed is compared with what there was. */
function whole(
  unpack: (body: Uint8Array, options: Options) => unknown,
  chunkSizeOf: (body: Uint8Array, limit: number) => number = usualChunkSize,
): Unpack {
  return (body, limit) => {
    const { buffer, engine } = unpack(body, {
      info: true,
      maxOutputLength: limit,
      chunkSize: chunkSizeOf(body, limit),
    }) as Info;
    if (engine.bytesWritten !== body.length) {
      throw new Error('there is something behind the end of the compressed data');
    }
    return buffer;
  };
}

/** Less is worth no chunk. */
const MIN_CHUNK_BYTES = 1_024;
/** Node's own. */
const MAX_USUAL_CHUNK_BYTES = 16_384;
/** JSON is three to four times what it is compressed. */
const UNFOLDS_TO = 4;

/**
 * Where nothing names the length: a small body takes no more than it needs, since what zlib wrote to stays until the next
 * full collection.
 */
function usualChunkSize(body: Uint8Array): number {
  return Math.min(Math.max(MIN_CHUNK_BYTES, body.length * UNFOLDS_TO), MAX_USUAL_CHUNK_BYTES);
}

/**
 * The length that the end of a gzip names (RFC 1952, section 2.3.1), so that what comes out is written in one piece and not
 * copied together from thousands, and a small one takes no more than it needs. A wrong one is no matter: it is bounded, and
 * memory that is not written to costs nothing.
 */
function gzipChunkSize(body: Uint8Array, limit: number): number {
  const end = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const named = end.length < 4 ? 0 : end.readUInt32LE(end.length - 4);
  return Math.max(MIN_CHUNK_BYTES, Math.min(named, limit) + 1);
}

/** Node reads one frame and forgets the rest; a body may have several, and frames of user data between them. */
function unpackZstd(body: Uint8Array, limit: number): Uint8Array {
  const parts: Uint8Array[] = [];
  let room = limit;
  let rest = body;
  for (let frames = 0; rest.length > 0; frames += 1) {
    if (frames === MAX_FRAMES) {
      throw new Error('too many frames');
    }
    if (isSkippableFrame(rest)) {
      rest = behindSkippable(rest);
      continue;
    }
    const { buffer, engine } = zstdDecompressSync(rest, {
      info: true,
      chunkSize: usualChunkSize(rest),
      // Zero would be no limit to Node; one byte too many is found below.
      maxOutputLength: room + 1,
      params: { [constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG },
    }) as unknown as Info;
    room -= buffer.length;
    if (room < 0) {
      throw Object.assign(new RangeError('too much comes out'), { code: 'ERR_BUFFER_TOO_LARGE' });
    }
    if (engine.bytesWritten === 0) {
      throw new Error('no frame');
    }
    parts.push(buffer);
    rest = rest.subarray(engine.bytesWritten);
  }
  return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
}

function behindSkippable(frame: Uint8Array): Uint8Array {
  const header = Buffer.from(frame.buffer, frame.byteOffset, Math.min(frame.length, 8));
  const end = header.length < 8 ? Infinity : 8 + header.readUInt32LE(4);
  if (end > frame.length) {
    throw new Error('a frame is cut off');
  }
  return frame.subarray(end);
}

function outputLimit(body: Uint8Array): number {
  return Math.min(MAX_CONTENT_BYTES, Math.max(MAX_REQUEST_BYTES, body.length * MAX_RATIO));
}

function tooLarge(body: Uint8Array): GatewayError {
  return new GatewayError(
    'payload-too-large',
    outputLimit(body) === MAX_CONTENT_BYTES
      ? `the body decompresses to more than ${String(MAX_CONTENT_BYTES)} bytes`
      : `the body decompresses to more than ${String(MAX_RATIO)} times its size; send smaller batches`,
  );
}

function isTooLong(error: unknown): boolean {
  return codeOf(error) === 'ERR_BUFFER_TOO_LARGE';
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

function onlyOneLayer(content: Uint8Array): Uint8Array {
  if (encodingByContent(content) !== undefined) {
    throw new GatewayError('bad-compression', 'the body is compressed twice; compress it once');
  }
  return content;
}

/** Text that was never compressed, whatever its header says: UTF-8, and of control characters only white space. */
function isPlainText(body: Uint8Array): boolean {
  return isUtf8(body) && !body.some((byte) => byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d);
}
