import { createHash } from 'node:crypto';
import {
  brotliCompressSync,
  constants,
  deflateRawSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../../functions/core/errors.ts';
import { decompress, MAX_CONTENT_BYTES } from '../../../../functions/core/ingest/body/decompress.ts';
import { aRequest, codeOf, inMemoryPorts, outcome } from '../a-request.ts';

const JSON_TEXT =
  '{"title":"Ünïcode and enough words to make a few bytes, enough words to make a few bytes"}';
const PLAIN = Buffer.from(JSON_TEXT);
const COMPRESSED = {
  gzip: gzipSync(PLAIN),
  zstd: zstdCompressSync(PLAIN),
  deflate: deflateSync(PLAIN),
  'deflate without its wrapper': deflateRawSync(PLAIN),
  br: brotliCompressSync(PLAIN),
} as const;
const HEADER: Record<keyof typeof COMPRESSED, string> = {
  gzip: 'gzip',
  zstd: 'zstd',
  deflate: 'deflate',
  'deflate without its wrapper': 'deflate',
  br: 'br',
};
const KINDS = Object.keys(COMPRESSED) as (keyof typeof COMPRESSED)[];
const SKIPPABLE = Buffer.from([0x5a, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4]);

function codeFor(body: Uint8Array, contentEncoding?: string): string {
  try {
    return `text: ${Buffer.from(decompress(body, contentEncoding)).toString()}`;
  } catch (error) {
    if (error instanceof GatewayError) return error.code;
    throw error;
  }
}
const TEXT = `text: ${JSON_TEXT}`;

describe('decompressing a body', () => {
  it.each(KINDS)('understands %s by its header', (kind) => {
    expect(codeFor(COMPRESSED[kind], HEADER[kind])).toBe(TEXT);
  });

  it.each(['gzip', 'zstd'] as const)('recognises %s by its first bytes, whatever the header says', (kind) => {
    for (const header of [
      undefined,
      '',
      'identity',
      'gzip',
      'zstd',
      'deflate',
      'br',
      'GZIP',
      ' x-gzip ',
      'gzip,',
    ]) {
      expect(codeFor(COMPRESSED[kind], header)).toBe(TEXT);
    }
  });

  it.each(['gzip', 'zstd', 'deflate', 'br'])(
    'takes plain JSON under content-encoding %s as plain',
    (header) => {
      expect(codeFor(PLAIN, header)).toBe(TEXT);
      expect(codeFor(Buffer.from('[{"title":"x"}]'), header)).toBe('text: [{"title":"x"}]');
      expect(codeFor(Buffer.from('a plain line of text\n'), header)).toBe('text: a plain line of text\n');
    },
  );

  it.each([
    ['several gzip members', Buffer.concat([gzipSync('{"title":'), gzipSync('"x"}')]), '{"title":"x"}'],
    [
      'several zstd frames',
      Buffer.concat([zstdCompressSync('{"title":'), zstdCompressSync('"x"}')]),
      '{"title":"x"}',
    ],
    ['a zstd frame of user data first', Buffer.concat([SKIPPABLE, COMPRESSED.zstd]), JSON_TEXT],
    ['a zstd frame of user data last', Buffer.concat([COMPRESSED.zstd, SKIPPABLE]), JSON_TEXT],
    ['an empty gzip member', Buffer.concat([gzipSync(''), COMPRESSED.gzip]), JSON_TEXT],
  ])('takes %s', (_what, body, text) => {
    expect(codeFor(body)).toBe(`text: ${text}`);
  });

  it.each(KINDS)('refuses %s cut off anywhere', (kind) => {
    for (let length = 2; length < COMPRESSED[kind].length; length += 1) {
      expect(codeFor(COMPRESSED[kind].subarray(0, length), HEADER[kind])).toBe('bad-compression');
    }
  });

  it.each(['gzip', 'zstd'] as const)('refuses the first byte of %s alone', (kind) => {
    expect(codeFor(COMPRESSED[kind].subarray(0, 1), kind)).toBe('bad-compression');
  });

  it.each(KINDS)('refuses %s with something behind its end', (kind) => {
    for (const junk of ['x', '{}', '\0\0\0\0', 'junk that is long enough to be a header']) {
      expect(codeFor(Buffer.concat([COMPRESSED[kind], Buffer.from(junk)]), HEADER[kind])).toBe(
        'bad-compression',
      );
    }
  });

  it.each(['gzip', 'deflate'] as const)('refuses %s with any bit of its checksum flipped', (kind) => {
    const at = COMPRESSED[kind].length - (kind === 'gzip' ? 8 : 4);
    for (let bit = 0; bit < 32; bit += 1) {
      const damaged = Buffer.from(COMPRESSED[kind]);
      damaged.writeUInt8(damaged.readUInt8(at + (bit >> 3)) ^ (1 << (bit & 7)), at + (bit >> 3));
      expect(codeFor(damaged, kind)).toBe('bad-compression');
    }
  });

  it('refuses zstd that needs a dictionary', () => {
    const dictionary = Buffer.concat([PLAIN, PLAIN]);
    expect(codeFor(zstdCompressSync(PLAIN, { dictionary }))).toBe('bad-compression');
    // A frame that names dictionary 1 (RFC 8878, section 3.1.1.1.3).
    expect(codeFor(Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x21, 0x01, 0x01, 0x09, 0, 0, 0x41]))).toBe(
      'bad-compression',
    );
  });

  it('refuses a zstd window larger than anything that may come out', () => {
    const params = { [constants.ZSTD_c_windowLog]: 27, [constants.ZSTD_c_contentSizeFlag]: 0 };
    const wide = zstdCompressSync(PLAIN, { params });
    // Frame header without a size, window descriptor for 128 MiB.
    const frame = Buffer.concat([
      Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, (27 - 10) << 3]),
      wide.subarray(6),
    ]);
    expect(codeFor(frame)).toBe('bad-compression');
  });

  it('refuses more zstd frames than blocks could be in 1 MB', () => {
    expect(codeFor(Buffer.concat(Array.from({ length: 1_025 }, () => SKIPPABLE)))).toBe('bad-compression');
  });

  it.each(['snappy', 'compress', 'identity, lz4', 'gzip;q=1', 'toString', '__proto__', 'aws-chunked'])(
    'does not know content-encoding %s',
    (header) => {
      expect(codeFor(PLAIN, header)).toBe('unsupported-encoding');
      expect(codeFor(COMPRESSED.gzip, header)).toBe('unsupported-encoding');
    },
  );

  it.each(['gzip, gzip', 'gzip,br', 'deflate , gzip'])(
    'refuses the layers of content-encoding %s',
    (header) => {
      expect(codeFor(gzipSync(COMPRESSED.gzip), header)).toBe('unsupported-encoding');
    },
  );

  it.each(['gzip', 'zstd'] as const)('refuses %s inside of a compressed body', (kind) => {
    expect(codeFor(gzipSync(COMPRESSED[kind]), 'gzip')).toBe('bad-compression');
    expect(codeFor(zstdCompressSync(COMPRESSED[kind]))).toBe('bad-compression');
    expect(codeFor(brotliCompressSync(COMPRESSED[kind]), 'br')).toBe('bad-compression');
  });

  it('lets 10 MiB come out and not a byte more, where the ratio allows it', () => {
    // Text without repetition in 200 KB, always the same.
    const letters = createHash('shake256', { outputLength: 100_000 }).update('text').digest('hex');
    const text = Buffer.alloc(MAX_CONTENT_BYTES + 1, letters);
    for (const pack of [gzipSync, zstdCompressSync]) {
      const full = pack(text.subarray(0, MAX_CONTENT_BYTES));
      expect(full.length * 200).toBeGreaterThan(MAX_CONTENT_BYTES);
      expect(decompress(full, undefined)).toHaveLength(MAX_CONTENT_BYTES);
      expect(codeFor(pack(text))).toBe('payload-too-large');
    }
  });

  it('refuses what grows more than 200 times, above what could have been sent without compression', () => {
    const ratio = (bytes: number): string => codeFor(gzipSync(Buffer.alloc(bytes, ' '))).slice(0, 17);
    expect(ratio(1_048_576)).toMatch(/^text/u);
    expect(ratio(1_048_577)).toBe('payload-too-large');
    // Brotli and zstd have no upper bound of their own.
    expect(codeFor(brotliCompressSync(Buffer.alloc(4_000_000, ' ')), 'br')).toBe('payload-too-large');
    expect(codeFor(zstdCompressSync(Buffer.alloc(4_000_000, ' ')))).toBe('payload-too-large');
  });

  it('counts the output of all zstd frames together', () => {
    const frame = zstdCompressSync(Buffer.alloc(400_000, 'abcdefghij'));
    expect(codeFor(Buffer.concat([frame, frame])).length).toBe(800_006);
    expect(codeFor(Buffer.concat([frame, frame, frame]))).toBe('payload-too-large');
  });
});

describe('a compressed request', () => {
  it.each(KINDS)('in %s becomes the alert that it holds', async (kind) => {
    const { ports, enqueued } = inMemoryPorts();
    const body = COMPRESSED[kind];
    await outcome(aRequest({ body, headers: { 'content-encoding': HEADER[kind] } }), ports);
    expect(enqueued).toMatchObject([
      { alerts: [{ title: (JSON.parse(JSON_TEXT) as { title: string }).title, raw: { size: body.length } }] },
    ]);
  });

  it('is empty when nothing comes out', async () => {
    expect(await codeOf(aRequest({ body: gzipSync('') }))).toBe('empty-body');
    expect(await codeOf(aRequest({ body: zstdCompressSync('') }))).toBe('empty-body');
  });

  it.each(['gzip', 'br', undefined])(
    'is refused when its body is empty and its encoding %s',
    async (encoding) => {
      const headers = encoding === undefined ? {} : { 'content-encoding': encoding };
      expect(await codeOf(aRequest({ body: '', headers }))).toBe('empty-body');
    },
  );
});
