import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { aRequest, aSource, codeOf, inMemoryPorts, outcome } from '../a-request.ts';

const TEXT = JSON.stringify({ title: 'x', words: Array.from({ length: 50 }, (_, at) => `word ${at * at}`) });
const signed = aSource({
  auth: { type: 'hmac', header: 'x-signature', algorithm: 'sha256', signedContent: 'body' },
});

/** What is left of bytes that were decoded as UTF-8 on the way. */
const mangled = (bytes: Buffer): Buffer => Buffer.from(bytes.toString('utf8'), 'utf8');

describe('a compressed body that lost bytes on the way', () => {
  it.each([
    ['gzip', gzipSync(TEXT), undefined],
    ['zstd', zstdCompressSync(TEXT), undefined],
    ['gzip with its header', gzipSync(TEXT), 'gzip'],
    ['zstd with its header', zstdCompressSync(TEXT), 'zstd'],
    ['deflate with its header', deflateSync(TEXT), 'deflate'],
    ['brotli with its header', brotliCompressSync(TEXT), 'br'],
  ])('is refused before the credential is looked at: %s', async (_what, body, encoding) => {
    const headers = {
      'content-type': 'application/json',
      'x-signature': `sha256=${'0'.repeat(64)}`,
      ...(encoding !== undefined && { 'content-encoding': encoding }),
    };
    const { ports } = inMemoryPorts({ sources: [signed] });
    const result = await outcome(aRequest({ body: mangled(body), headers }), ports);
    expect(result).toMatchObject({
      refusal: {
        code: 'compressed-as-text',
        message: expect.stringContaining('application/octet-stream or application/gzip') as string,
      },
    });
  });

  it('is not seen in JSON that holds U+FFFD itself', async () => {
    const body = '  {"title":"what \uFFFD is this"}';
    expect(await codeOf(aRequest({ body }))).toBe('accepted');
    expect(await codeOf(aRequest({ body, headers: { 'content-encoding': 'gzip' } }))).toBe('accepted');
  });

  it('is not seen in a line that begins with a bracket', async () => {
    expect(await codeOf(aRequest({ body: '(\uFFFD) a line' }))).toBe('accepted');
  });
});

describe('a body that API Gateway decompressed and left the header on', () => {
  const headers = { 'content-encoding': 'gzip', authorization: 'Bearer a-secret-of-the-sender-2f9c' };

  it('is accepted where the body is not signed', async () => {
    const { ports } = inMemoryPorts({ sources: [aSource({ auth: { type: 'bearer' } })] });
    expect(await codeOf(aRequest({ body: TEXT, headers }), ports)).toBe('accepted');
  });

  it('cannot match a signature over the bytes as sent', async () => {
    const { ports } = inMemoryPorts({ sources: [signed] });
    const withSignature = { ...headers, 'x-signature': '0'.repeat(64) };
    expect(await codeOf(aRequest({ body: TEXT, headers: withSignature }), ports)).toBe('unauthorized');
  });
});
