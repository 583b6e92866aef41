import { verify } from '@octokit/webhooks-methods';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { webhookHeaders } from '../../../../functions/core/deliver/webhook/sign.ts';
import type { Profile, WebhookDestination } from '../../../../functions/core/model/config/destination.ts';
import type { WebhookSecret } from '../../../../functions/core/model/config/credential.ts';
import { hmac } from '../../../../functions/core/signing/hmac.ts';
import { aMessage, anAlert, aWebhook } from '../../../adapters/records.ts';

const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const OLD_SECRET = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';
const NOW_MS = 1_614_265_330_000;
const BODY = '{"test": 2432232314}';

type Given = { body?: string; nowMs?: number; message?: Parameters<typeof aMessage>[0] };
function headers(
  destination: Partial<WebhookDestination>,
  secret: WebhookSecret,
  { body = BODY, nowMs = NOW_MS, message = {} }: Given = {},
) {
  const format = { contentType: 'application/json' };
  return webhookHeaders(
    { message: aMessage(message), destination: aWebhook(destination), secret, body, format },
    nowMs,
  );
}

describe('known answers', () => {
  test('the signature over the body is that of the GitHub example', () => {
    const signed = headers({}, { current: SECRET }, { body: 'Hello, World!' })['Tocsin-Signature'];
    expect(signed).toBe(`sha256=${hmac('sha256', SECRET, 'Hello, World!').toString('hex')}`);
    expect(hmac('sha256', "It's a Secret to Everybody", 'Hello, World!').toString('hex')).toBe(
      '757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
    );
  });

  test('the Standard Webhooks signature is that of its specification', () => {
    const signed = headers(
      {},
      { current: SECRET },
      { message: { delivery_id: 'msg_p5jXN8AQM9LWM0D4loKWxJek' } },
    );
    expect(signed).toMatchObject({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });
});

describe("receivers' own libraries", () => {
  beforeEach(() => void vi.useFakeTimers({ now: NOW_MS }));
  afterEach(() => void vi.useRealTimers());

  const bodies = [BODY, '{}', JSON.stringify({ title: 'Angriff \u{1F6A8} – naïve \u2028 "x"', n: 1.5 })];

  test.each(bodies)('standardwebhooks takes %s', (body) => {
    expect(new Webhook(SECRET).verify(body, headers({}, { current: SECRET }, { body }))).toEqual(
      JSON.parse(body),
    );
  });

  test('standardwebhooks refuses a changed body and another secret', () => {
    const signed = headers({}, { current: SECRET });
    expect(() => new Webhook(SECRET).verify(`${BODY} `, signed)).toThrow('No matching signature');
    expect(() => new Webhook(OLD_SECRET).verify(BODY, signed)).toThrow('No matching signature');
  });

  test.each(bodies)('@octokit/webhooks-methods takes %s', async (body) => {
    const signature = headers({}, { current: SECRET }, { body })['Tocsin-Signature'] ?? '';
    expect(await verify(SECRET, body, signature)).toBe(true);
    expect(await verify(OLD_SECRET, body, signature)).toBe(false);
  });

  test.each([
    ['before the overlap ends', -1, true],
    ['when it has ended', 0, false],
  ])('a receiver with the old secret verifies %s', (_, offsetMs, isLive) => {
    const previousNotAfter = new Date(NOW_MS - offsetMs).toISOString();
    const signed = headers({}, { current: SECRET, previous: OLD_SECRET, previousNotAfter });
    expect(new Webhook(SECRET).verify(BODY, signed)).toBeTruthy();
    const old = () => new Webhook(OLD_SECRET).verify(BODY, signed);
    if (isLive) expect(old()).toBeTruthy();
    else expect(old).toThrow('No matching signature');
    // Receivers of this header compare the whole value: it never carries two.
    expect(signed['Tocsin-Signature']).toBe(`sha256=${hmac('sha256', SECRET, BODY).toString('hex')}`);
  });
});

describe('the headers of a profile', () => {
  test.each<[Profile, Record<string, string>]>([
    ['tocsin', { 'Tocsin-Event': 'alert_created', 'User-Agent': 'Tocsin-Webhook/1.0' }],
    ['panguard', { 'X-Panguard-Event': 'threat_alert', 'User-Agent': 'Panguard-Webhook/1.0' }],
    ['linuxguard', { 'LinuxGuard-Event': 'signal_created', 'User-Agent': 'LinuxGuard-Webhook/1.0' }],
  ])('%s', (profile, expected) => {
    const prefix = Object.keys(expected)[0]?.replace('-Event', '') ?? '';
    const signed = headers({ profile }, { current: SECRET }, { message: { attempt: 3 } });
    expect(signed).toMatchObject({
      ...expected,
      'Content-Type': 'application/json',
      [`${prefix}-Delivery`]: 'delivery-1',
      [`${prefix}-Timestamp`]: '1614265330',
      [`${prefix}-Attempt`]: '3',
      [`${prefix}-Signature`]: expect.stringMatching(/^sha256=[0-9a-f]{64}$/) as string,
      'webhook-id': 'delivery-1',
    });
    expect(Object.keys(signed).filter((name) => /signature/i.test(name))).toHaveLength(2);
  });

  test('tell of a resolved alert', () => {
    const message = { alert: anAlert({ status: 'resolved' }) };
    expect(headers({}, { current: SECRET }, { message })['Tocsin-Event']).toBe('alert_resolved');
  });

  test("hold visible ASCII only, whatever the alert's type is", () => {
    const message = { alert: anAlert({ type: `a\r\nX-Evil: 1\u{1F6A8}\u010a${'x'.repeat(300)}` }) };
    const event = headers({ profile: 'panguard' }, { current: SECRET }, { message })['X-Panguard-Event'];
    expect(event).toMatch(/^a\?\?X-Evil: 1\?\?x+$/);
    expect(event?.length).toBe(200);
  });
});

describe('a rotation that waits before it switches', () => {
  const at = (seconds: number) => new Date(NOW_MS + seconds * 1_000).toISOString();
  const rotating = {
    current: SECRET,
    previous: OLD_SECRET,
    currentFrom: at(3_600),
    previousNotAfter: at(86_400),
  };
  const simple = (secret: string) => `sha256=${hmac('sha256', secret, BODY).toString('hex')}`;

  test.each([
    ['before the switch', 0, OLD_SECRET, 2],
    ['a moment before', 3_599, OLD_SECRET, 2],
    ['at the switch', 3_600, SECRET, 2],
    ['after the overlap', 86_400, SECRET, 1],
  ])('%s', (_when, seconds, secret, signatures) => {
    const signed = headers({}, rotating, { nowMs: NOW_MS + seconds * 1_000 });
    expect(signed['Tocsin-Signature']).toBe(simple(secret));
    expect(signed['webhook-signature']?.split(' ')).toHaveLength(signatures);
  });

  test('goes on with the old token until then', () => {
    const token = { ...rotating, current: 'new-token', previous: 'old-token', previousNotAfter: at(3_600) };
    const sent = (seconds: number) =>
      headers({ auth: { type: 'bearer' } }, token, { nowMs: NOW_MS + seconds * 1_000 })['Authorization'];
    expect([sent(0), sent(3_599), sent(3_600)]).toEqual([
      'Bearer old-token',
      'Bearer old-token',
      'Bearer new-token',
    ]);
  });

  test('never uses an old secret that has ended, or is not there', () => {
    for (const secret of [
      { ...rotating, previousNotAfter: at(-1) },
      { current: SECRET, currentFrom: at(60) },
    ]) {
      expect(headers({}, secret)['Tocsin-Signature']).toBe(simple(SECRET));
    }
  });
});

describe('what proves that it is us', () => {
  test('is a bearer token and no signature', () => {
    const signed = headers({ auth: { type: 'bearer' } }, { current: 'token-1' });
    expect(signed['Authorization']).toBe('Bearer token-1');
    expect(Object.keys(signed).filter((name) => /signature/i.test(name))).toEqual([]);
  });

  test.each([{ type: 'none' }, { type: 'mtls' }] as const)('is nothing in the headers for %o', (auth) => {
    const signed = headers({ auth }, {});
    expect(Object.keys(signed).filter((name) => /signature|authorization/i.test(name))).toEqual([]);
  });

  test.each([{ type: 'hmac' }, { type: 'bearer' }] as const)(
    'is missing: %o says so, without sending',
    (auth) => {
      expect(() => headers({ auth }, {})).toThrow('destination "hook" has no secret; rotate it to get one');
    },
  );

  test('goes with custom headers, which cannot replace ours', () => {
    const signed = headers(
      {},
      {
        current: SECRET,
        headers: { 'X-Team': 'blue', 'webhook-id': 'forged', 'Content-Type': 'text/plain' },
      },
    );
    expect(signed).toMatchObject({
      'X-Team': 'blue',
      'webhook-id': 'delivery-1',
      'Content-Type': 'application/json',
    });
  });
});
