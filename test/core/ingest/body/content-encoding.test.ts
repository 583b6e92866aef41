import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import {
  declaredEncoding,
  encodingByContent,
  isCutMagic,
  isSkippableFrame,
} from '../../../../functions/core/ingest/body/content-encoding.ts';

describe('the header', () => {
  test.each([
    [undefined, undefined],
    ['identity', undefined],
    ['', undefined],
    ['GZIP', 'gzip'],
    ['x-gzip', 'gzip'],
    ['identity, zstd', 'zstd'],
    [' br ', 'br'],
    ['deflate', 'deflate'],
  ])('%j declares %s', (header, encoding) => {
    expect(declaredEncoding(header)).toBe(encoding);
  });

  test.each(['lz4', 'gzip, gzip', 'constructor', 'gzip, lz4'])('%j is refused', (header) => {
    expect(() => declaredEncoding(header)).toThrow(
      expect.objectContaining({ code: 'unsupported-encoding' }) as Error,
    );
  });
});

const skippable = Buffer.concat([Buffer.from('5a2a4d1800000000', 'hex'), zstdCompressSync('text')]);

describe('the content', () => {
  test.each([
    ['gzip', gzipSync('text'), 'gzip'],
    ['zstd', zstdCompressSync('text'), 'zstd'],
    ['zstd behind a frame of user data', skippable, 'zstd'],
    ['deflate, which has no mark', deflateSync('text'), undefined],
    ['br, which has none', brotliCompressSync('text'), undefined],
    ['text', Buffer.from('{"title": "x"}'), undefined],
    ['nothing', Buffer.alloc(0), undefined],
  ])('%s is known by its first bytes or not at all', (_, body, encoding) => {
    expect(encodingByContent(body)).toBe(encoding);
  });

  test.each([
    ['one byte of gzip', gzipSync('x').subarray(0, 1), 'gzip', true],
    ['three bytes of zstd', zstdCompressSync('x').subarray(0, 3), 'zstd', true],
    ['a whole mark', gzipSync('x').subarray(0, 2), 'gzip', false],
    ['other bytes', Buffer.from('{'), 'gzip', false],
    ['a body without a header', gzipSync('x').subarray(0, 1), undefined, false],
  ] as const)('%s under %s is cut within its mark: %s', (_, body, declared, isCut) => {
    expect(isCutMagic(body, declared)).toBe(isCut);
  });

  test('a frame of user data has sixteen marks, and needs all four bytes', () => {
    const frame = (first: number) => Buffer.from([first, 0x2a, 0x4d, 0x18]);
    const marks = Array.from({ length: 256 }, (_, first) => first).filter((first) =>
      isSkippableFrame(frame(first)),
    );
    expect(marks).toEqual(Array.from({ length: 16 }, (_, low) => 0x50 + low));
    expect(isSkippableFrame(frame(0x50).subarray(0, 3))).toBe(false);
  });
});
