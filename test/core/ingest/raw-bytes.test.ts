import { createHmac } from 'node:crypto';
import { brotliCompressSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { SourceAuth } from '../../../functions/core/model/config/source.ts';
import { decodeBody } from '../../../local/runtime/http-api/decode-body.ts';
import type { TextBytesBehaviour } from '../../../local/runtime/http-api/decode-body.ts';
import { aRequest, aSource, codeOf, inMemoryPorts, SECRET } from './a-request.ts';

const TEXT = JSON.stringify({ title: 'Ünïcode', words: Array.from({ length: 50 }, (_, at) => at * at) });
const BODIES = { gzip: gzipSync(TEXT), zstd: zstdCompressSync(TEXT), br: brotliCompressSync(TEXT) };
type Encoding = keyof typeof BODIES;

/** The request as the function sees it behind an API that treats such bytes in one of three ways. */
async function sent(
  encoding: Encoding | undefined,
  contentType: string | undefined,
  behaviour: TextBytesBehaviour,
  auth: SourceAuth,
): Promise<string> {
  const bytes = encoding === undefined ? Buffer.from(TEXT) : BODIES[encoding];
  const headers = {
    authorization: `Bearer ${SECRET}`,
    'x-signature': createHmac('sha256', SECRET).update(bytes).digest('hex'),
    ...(encoding !== undefined && { 'content-encoding': encoding }),
    ...(contentType !== undefined && { 'content-type': contentType }),
  };
  const { body = '', isBase64Encoded } = decodeBody(bytes, headers, behaviour);
  const { ports } = inMemoryPorts({ sources: [aSource({ auth })] });
  return codeOf(aRequest({ headers, body: Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8') }), ports);
}

const BEARER: SourceAuth = { type: 'bearer' };
const HMAC: SourceAuth = { type: 'hmac', header: 'x-signature', algorithm: 'sha256', signedContent: 'body' };
const BEHAVIOURS: TextBytesBehaviour[] = ['base64', 'decompressed', 'lossy'];

describe.each(BEHAVIOURS)('behind an API that hands compressed text on as %s', (behaviour) => {
  it.each<[Encoding | undefined, string | undefined]>([
    [undefined, 'application/json'],
    [undefined, 'text/plain'],
    [undefined, 'application/x-www-form-urlencoded'],
    [undefined, undefined],
    ['gzip', 'application/octet-stream'],
    ['gzip', 'application/gzip'],
    ['gzip', undefined],
    ['zstd', 'application/octet-stream'],
    ['br', 'application/octet-stream'],
  ])('what is sent in %s as %s is accepted, signed or not', async (encoding, contentType) => {
    expect(await sent(encoding, contentType, behaviour, BEARER)).toBe('accepted');
    expect(await sent(encoding, contentType, behaviour, HMAC)).toBe('accepted');
  });

  it.each<Encoding>(['gzip', 'zstd', 'br'])(
    '%s sent as application/json is never baffling',
    async (encoding) => {
      const isDecompressed = behaviour === 'decompressed' && encoding !== 'zstd';
      const expected = {
        base64: ['accepted', 'accepted'],
        // The signature was over bytes that are gone, which nobody can tell from a wrong one.
        decompressed: isDecompressed
          ? ['accepted', 'unauthorized']
          : ['compressed-as-text', 'compressed-as-text'],
        lossy: ['compressed-as-text', 'compressed-as-text'],
      }[behaviour];
      expect([
        await sent(encoding, 'application/json', behaviour, BEARER),
        await sent(encoding, 'application/json', behaviour, HMAC),
      ]).toEqual(expected);
    },
  );
});
