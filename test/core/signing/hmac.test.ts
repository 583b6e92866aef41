import { describe, expect, it } from 'vitest';
import { equalInConstantTime } from '../../../functions/core/signing/constant-time.ts';
import { hmac } from '../../../functions/core/signing/hmac.ts';
import { standardWebhooksSignature } from '../../../functions/core/signing/standard-webhooks.ts';

describe('HMAC', () => {
  it("gives GitHub's documented signature for GitHub's documented secret and body", () => {
    expect(hmac('sha256', "It's a Secret to Everybody", 'Hello, World!').toString('hex')).toBe(
      '757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
    );
  });

  it('signs the parts as if they were one', () => {
    expect(hmac('sha1', 'key', 'Hello, ', Buffer.from('World!'))).toEqual(
      hmac('sha1', 'key', 'Hello, World!'),
    );
  });

  it('keeps apart many more secrets than it caches', () => {
    const first = hmac('sha256', 'secret 0', 'body');
    const all = new Set(
      Array.from({ length: 600 }, (_, n) => hmac('sha256', `secret ${n}`, 'body').toString('hex')),
    );
    expect(all.size).toBe(600);
    expect(hmac('sha256', 'secret 0', 'body')).toEqual(first);
  });
});

describe('the Standard Webhooks signature', () => {
  const message = {
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    timestampSeconds: 1_614_265_330,
    body: '{"test": 2432232314}',
  };

  it('is the one of the specification', () => {
    expect(standardWebhooksSignature(['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'], message)).toBe(
      'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    );
  });

  it('carries one signature for each live secret', () => {
    const signatures = standardWebhooksSignature(
      ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'whsec_AAAA'],
      message,
    );
    expect(signatures.split(' ')).toHaveLength(2);
  });
});

describe('the comparison in constant time', () => {
  it.each([
    ['', '', true],
    ['a', 'a', true],
    ['a', 'b', false],
    ['a', 'aa', false],
    ['', 'a', false],
  ])('of %j and %j is %s', (left, right, equal) => {
    expect(equalInConstantTime(left, right)).toBe(equal);
  });

  it('takes bytes on either side', () => {
    expect(equalInConstantTime(Buffer.from('é'), 'é')).toBe(true);
  });
});
