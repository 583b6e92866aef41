import { describe, expect, it } from 'vitest';
import { readSignatureHeader } from '../../../../functions/core/ingest/auth/signature-header.ts';
import type { SourceAuth } from '../../../../functions/core/model/config/source.ts';

type HmacAuth = Extract<SourceAuth, { type: 'hmac' }>;
const HEX = 'ab'.repeat(32);
const OTHER = 'cd'.repeat(32);
const BASE64 = Buffer.from(HEX, 'hex').toString('base64');
const SHA1 = 'ab'.repeat(20);
const auth = (given: Partial<HmacAuth> = {}): HmacAuth => ({
  type: 'hmac',
  header: 'x-signature',
  algorithm: 'sha256',
  signedContent: 'body',
  ...given,
});

function read(header: string, given?: Partial<HmacAuth>) {
  const { signatures, timestamp } = readSignatureHeader(header, auth(given));
  return { signatures: signatures.map((bytes) => Buffer.from(bytes).toString('hex')), timestamp };
}

describe('a signature', () => {
  it.each<[string, Partial<HmacAuth>]>([
    [HEX, {}],
    [HEX.toUpperCase(), {}],
    [BASE64, {}],
    [`sha256=${HEX}`, {}],
    [`v0=${HEX}`, {}],
    [`signature=${BASE64}`, {}],
    [`v1,${BASE64}`, { signedContent: 'id.timestamp.body' }],
  ])('is read as its vendor writes it: %s', (header, given) => {
    expect(read(header, given)).toEqual({ signatures: [HEX], timestamp: undefined });
  });

  it('is one of several, any of which may be ours', () => {
    expect(read(`v1=${HEX},v1=${OTHER}`).signatures).toEqual([HEX, OTHER]);
    expect(
      read(`v1,${BASE64} v1a,xyz v1,${BASE64}`, { signedContent: 'id.timestamp.body' }).signatures,
    ).toEqual([HEX, HEX]);
  });

  it.each([
    [`t=1,v1=${HEX}`, '1'],
    [`timestamp=17,signature=${HEX}`, '17'],
  ])('may stand beside its timestamp: %s', (header, timestamp) => {
    expect(read(header)).toEqual({ signatures: [HEX], timestamp });
  });

  it.each([
    ['of another length', HEX.slice(2)],
    ['of another algorithm', `sha1=${SHA1}`],
    ['with a label that is not ours', `v9=${HEX}`],
    ['that is base64 and not canonical', BASE64.replace(/=$/u, '')],
    ['twice, as two headers of one name are', `${HEX},${HEX}`],
    ['with two timestamps', `t=1,t=2,v1=${HEX}`],
    ['among more parts than any sender writes', Array.from({ length: 17 }, () => `v1=${HEX}`).join()],
    ['that is empty', ''],
  ])('is none %s', (_what, header) => {
    expect(read(header).signatures).toEqual([]);
  });

  it('is one of eight at the most', () => {
    expect(read(Array.from({ length: 12 }, () => `v1=${HEX}`).join()).signatures).toHaveLength(8);
  });

  it('of SHA-1 has its own length and label', () => {
    expect(read(`sha1=${SHA1}`, { algorithm: 'sha1' }).signatures).toEqual([SHA1]);
    expect(read(`sha1=${HEX}`, { algorithm: 'sha1' }).signatures).toEqual([]);
  });
});
