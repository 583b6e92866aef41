import { describe, expect, test } from 'vitest';
import { contentSha256Of, requestIdentity } from '../../../functions/core/ingest/request-key.ts';
import { TIMESTAMP_TOLERANCE_SECONDS } from '../../../functions/core/ingest/auth/hmac-signature.ts';
import { REPEAT_SECONDS } from '../../../functions/core/ingest/formats/format.ts';
import type { SourceAuth } from '../../../functions/core/model/config/source.ts';

const BEARER: SourceAuth = { type: 'bearer' };
const hmac = (signedContent: 'body' | 'timestamp.body' | 'id.timestamp.body'): SourceAuth =>
  ({
    type: 'hmac',
    header: 'x-signature',
    algorithm: 'sha256',
    encoding: 'hex',
    signedContent,
    ...(signedContent !== 'body' && { timestampHeader: 'x-timestamp' }),
    ...(signedContent === 'id.timestamp.body' && { idHeader: 'x-id' }),
  }) as SourceAuth;

function identity(
  auth: SourceAuth,
  headers: Record<string, string> = {},
  format: Parameters<typeof requestIdentity>[1]['format'] = {},
  dedupWindowSeconds = 60,
) {
  return requestIdentity(
    { headers },
    { source: { auth, dedupWindowSeconds }, format, documents: [{}], contentSha256: 'abc' },
  );
}

describe('the key of a request', () => {
  test('is its content where the sender says nothing', () => {
    expect(identity(BEARER)).toEqual({ key: 'body:abc', contentSha256: 'abc', windowSeconds: 60 });
  });

  test.each([
    [{ 'idempotency-key': 'a', 'webhook-id': 'b', 'x-delivery': 'c' }, 'idempotency-key:a'],
    [{ 'webhook-id': 'b', 'x-delivery': 'c' }, 'webhook-id:b'],
    [{ 'x-delivery': 'c' }, 'x-delivery:c'],
    [{ 'idempotency-key': '  ', 'x-delivery': 'c' }, 'x-delivery:c'],
  ])('is the strongest word of its sender: %j', (headers, key) => {
    expect(
      identity(BEARER, headers as Record<string, string>, { deliveryIdHeaders: ['x-delivery'] }).key,
    ).toBe(key);
  });

  test('is made of all headers of a vendor, and of none when one is missing', () => {
    const format = { deliveryIdHeaders: ['x-a', 'x-b'] };
    expect(identity(BEARER, { 'x-a': '1', 'x-b': '2' }, format).key).toBe('x-a+x-b:["1","2"]');
    expect(identity(BEARER, { 'x-a': '1' }, format).key).toBe('body:abc');
  });

  test.each(['body', 'timestamp.body'] as const)(
    'under HMAC over %s takes no header, because none is signed',
    (signed) => {
      const headers = { 'idempotency-key': 'a', 'webhook-id': 'b', 'x-id': 'c' };
      expect(identity(hmac(signed), headers).key).toBe('body:abc');
    },
  );

  test('is the signed id where there is one, and no other header', () => {
    expect(identity(hmac('id.timestamp.body'), { 'x-id': 'c', 'idempotency-key': 'a' }).key).toBe('x-id:c');
  });

  test.each(['a'.repeat(256), 'line\nbreak', 'ü'])('is hashed where it is long or odd', (value) => {
    expect(identity(BEARER, { 'idempotency-key': value }).key).toMatch(
      /^idempotency-key:sha256=[0-9a-f]{64}$/u,
    );
  });
});

describe('a repetition is known', () => {
  test('as long as its signature is accepted, though the window of the source be shorter', () => {
    expect(identity(hmac('timestamp.body')).windowSeconds).toBe(2 * TIMESTAMP_TOLERANCE_SECONDS);
    expect(identity(hmac('body')).windowSeconds).toBe(60);
  });

  test('not for longer than until a group comes again to remind', () => {
    const news = () => 'x';
    const format = { news } as unknown as Parameters<typeof requestIdentity>[1]['format'];
    expect(identity(BEARER, {}, format, 86_400).windowSeconds).toBe(REPEAT_SECONDS);
  });
});

test('the content counts as it was sent under HMAC, and unpacked otherwise', () => {
  const body = new TextEncoder().encode('sent');
  const content = new TextEncoder().encode('unpacked');
  expect(contentSha256Of({ body }, hmac('body'), content, 'as-sent')).toBe('as-sent');
  expect(contentSha256Of({ body }, BEARER, body, 'as-sent')).toBe('as-sent');
  expect(contentSha256Of({ body }, BEARER, content, 'as-sent')).toMatch(/^[0-9a-f]{64}$/u);
});
