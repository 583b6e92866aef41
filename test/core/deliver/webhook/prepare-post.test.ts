import { publicTier } from '../../../../functions/core/deliver/webhook/address-tier.ts';
import { describe, expect, test } from 'vitest';
import { prepareWebhook } from '../../../../functions/core/deliver/webhook/prepare-webhook.ts';
import { preparePost } from '../../../../functions/core/deliver/webhook/prepare-post.ts';
import { UnreadableConfigError } from '../../../../functions/core/model/config/unreadable-config.ts';
import type { DeliveryMessage } from '../../../../functions/core/model/wire/delivery.ts';
import type { WebhookDestination } from '../../../../functions/core/model/config/destination.ts';
import type { HttpAnswer, HttpPost } from '../../../../functions/core/deliver/ports.ts';
import type { WebhookSecret } from '../../../../functions/core/model/config/credential.ts';
import { aMailingList, aMessage, aWebhook } from '../../../adapters/records.ts';

const CLOCK = { now: () => Date.parse('2026-01-15T15:00:00.000Z') };
const NO_CONTENT: HttpAnswer = { answer: 'response', status: 204, bodyStart: new Uint8Array(), phasesMs: {} };

/** One attempt at a receiver that answers what the test says. */
async function attempt(
  given: {
    message?: Partial<DeliveryMessage>;
    destination?: Partial<WebhookDestination>;
    secret?: WebhookSecret;
    answer?: HttpAnswer;
    egressAllow?: string[];
  } = {},
) {
  const posts: HttpPost[] = [];
  const prepared = await preparePost(
    aMessage(given.message),
    aWebhook({ format: 'tocsin', ...given.destination }),
    {
      secrets: { webhookSecret: async () => given.secret ?? { current: 'whsec_c2VjcmV0' } },
      http: {
        post: async (request) => {
          posts.push(request);
          return given.answer ?? NO_CONTENT;
        },
      },
      clock: CLOCK,
      addresses: publicTier(given.egressAllow),
    },
  );
  if ('suppressed' in prepared) throw new Error('suppressed');
  return { prepared, result: await prepared.send(), posts };
}

describe('a post', () => {
  test('carries the rendered alert, the headers of an attempt and a deadline of 10 s', async () => {
    const { prepared, result, posts } = await attempt();
    expect(result).toEqual({ verdict: 'delivered', facts: { phases_ms: {}, status: 204 } });
    expect(posts).toMatchObject([
      {
        url: 'https://hooks.example/',
        body: prepared.body,
        deadlineMs: 10_000,
        tls: {},
        headers: { 'Content-Type': 'application/json', 'webhook-id': 'delivery-1' },
      },
    ]);
    expect(JSON.parse(prepared.body)).toMatchObject({ data: { title: 'Something happened' } });
  });

  test('of a retry sends the bytes of the first attempt, and later attempts are given them', async () => {
    const { prepared, posts } = await attempt({ message: { body: '{"as":"it was"}', attempt: 2 } });
    expect(posts[0]?.body).toBe('{"as":"it was"}');
    expect(prepared.message.body).toBe('{"as":"it was"}');
    const first = await attempt();
    expect(first.prepared.message.body).toBe(first.posts[0]?.body);
  });

  test('renders the same bytes when a message comes twice', async () => {
    const [first, second] = [await attempt(), await attempt()];
    expect(second.posts[0]?.body).toBe(first.posts[0]?.body);
  });

  test('brings the certificates of the secret', async () => {
    const { posts } = await attempt({ secret: { current: 'x', ca: 'CA', certificate: 'C', key: 'K' } });
    expect(posts[0]?.tls).toEqual({ ca: 'CA', certificate: 'C', key: 'K' });
  });
});

describe('what is known of an answer', () => {
  test('is its status, where it came from and its start as inert text', async () => {
    const { result } = await attempt({
      answer: {
        answer: 'response',
        status: 404,
        bodyStart: Buffer.from('no\u0000 such\u001b[31m\u202e hook\n'),
        phasesMs: { dns: 1.4, connect: 2.6, tls: 3, first_byte: 4 },
        address: '93.184.215.14',
        tlsVersion: 'TLSv1.3',
      },
    });
    expect(result).toEqual({
      verdict: 'failed',
      reason: 'receiver-rejected',
      facts: {
        detail: 'the receiver answered 404',
        status: 404,
        address: '93.184.215.14',
        tls_version: 'TLSv1.3',
        phases_ms: { dns: 1, connect: 3, tls: 3, first_byte: 4 },
        response_excerpt: 'no\ufffd such\ufffd[31m\ufffd hook\n',
      },
    });
  });

  test.each([
    ['errcode":310000,"errmsg":"no such group', 'failed', 'receiver-rejected'],
    ['errcode":130101,"errmsg":"send too fast', 'retry', 'receiver-busy'],
  ])('with success that says it failed is a failure: {"%s"}', async (said, verdict, reason) => {
    const { result } = await attempt({
      destination: { format: 'template', template: '{"text": "{{title}}"}' },
      answer: { ...NO_CONTENT, status: 200, bodyStart: Buffer.from(`{"${said}"}`) } as HttpAnswer,
    });
    expect(result).toMatchObject({ verdict, reason });
    expect(result.facts.detail).toMatch(/^the receiver answered with success and says that it failed: \d+ /);
  });

  test('ends after 1 KiB', async () => {
    const answer: HttpAnswer = { ...NO_CONTENT, bodyStart: Buffer.alloc(5_000, 'a') };
    expect((await attempt({ answer })).result.facts.response_excerpt).toHaveLength(1_024);
  });

  test('is the detail when there was none', async () => {
    const answer: HttpAnswer = { answer: 'timeout', detail: 'no answer within 10000 ms', phasesMs: {} };
    expect((await attempt({ answer })).result).toEqual({
      verdict: 'retry',
      reason: 'timeout',
      facts: { phases_ms: {}, detail: 'no answer within 10000 ms' },
    });
  });
});

describe('a URL', () => {
  test.each([
    'http://hooks.example/',
    'https://169.254.169.254/',
    'https://[::1]/',
    'https://u:p@hooks.example/',
  ])('%s that the rules of today refuse is not posted to', async (url) => {
    const { result, posts } = await attempt({ destination: { url } });
    expect(result).toMatchObject({ verdict: 'failed', reason: 'refused-url' });
    expect(posts).toEqual([]);
  });

  test('on loopback is fine where the local run allows it', async () => {
    const { posts } = await attempt({
      destination: { url: 'https://127.0.0.1:9/' },
      egressAllow: ['127.0.0.0/8'],
    });
    expect(posts).toHaveLength(1);
  });
});

describe('an answer that repeats what it was told in confidence', () => {
  const secret = {
    url: 'https://chat.example/hooks/canary-of-the-url?sig=canary-of-the-query',
    current: 'canary-of-the-token',
    previous: 'canary-of-before',
    headers: { 'X-Key': 'canary-of-the-header', 'X-Team': 'blue' },
  };
  const destination = {
    url: 'https://chat.example/…',
    hasSecretUrl: true,
    auth: { type: 'bearer' } as const,
    customHeaderNames: ['X-Key', 'X-Team'],
  };
  const excerptOf = async (text: string) => {
    const answer = { ...NO_CONTENT, status: 404, bodyStart: Buffer.from(text) } as HttpAnswer;
    return (await attempt({ destination, secret, answer })).result.facts.response_excerpt ?? '';
  };

  test.each([
    'Cannot POST /hooks/canary-of-the-url?sig=canary-of-the-query',
    'no webhook "canary-of-the-url"',
    'Authorization: Bearer canary-of-the-token',
    'X-Key: canary-of-the-header',
    'was it canary-of-before?',
    `${'x'.repeat(1_010)}canary-of-the-token`,
  ])('is kept without that: %s', async (text) => {
    expect(await excerptOf(text)).not.toContain('canary');
    expect(await excerptOf(text)).toContain('***');
  });

  test('is kept with everything else', async () => {
    expect(await excerptOf('the blue team is not known here')).toBe('the blue team is not known here');
  });
});

describe('what an operator is told of a refusal', () => {
  test.each([
    [404, 'the receiver answered 404'],
    [401, 'the receiver answered 401: it does not take our credential or signature'],
    [403, 'the receiver answered 403: it does not take our credential or signature'],
    [308, 'the receiver answered 308: redirects are not followed; give the destination the final url'],
  ])('%i', async (status, detail) => {
    const { result } = await attempt({ answer: { ...NO_CONTENT, status } as HttpAnswer });
    expect(result.facts).toMatchObject({ status, detail });
  });
});

describe('a URL that lies in the secret', () => {
  const secret = { url: 'https://hooks.slack.com/services/T0/B0/canary' };
  const destination = {
    url: 'https://hooks.slack.com/services/…',
    hasSecretUrl: true,
    format: 'slack',
    auth: { type: 'none' },
  } as const;

  test('is where the post goes, and stands nowhere else', async () => {
    const { prepared, posts, result } = await attempt({ destination, secret });
    expect(posts[0]?.url).toBe(secret.url);
    expect(JSON.stringify([prepared.message, prepared.body, result, posts[0]?.headers])).not.toContain(
      'canary',
    );
  });

  test('is guarded like any other, and not quoted when it is refused', async () => {
    const { posts, result } = await attempt({ destination, secret: { url: 'https://10.0.0.1/canary' } });
    expect(posts).toEqual([]);
    expect(result).toMatchObject({ verdict: 'failed', reason: 'refused-url' });
    expect(JSON.stringify(result)).not.toContain('canary');
  });

  test('and is missing there cannot be read', async () => {
    await expect(attempt({ destination, secret: {} })).rejects.toThrow('its secret holds no URL');
  });
});

describe('what cannot be prepared is thrown before anything is claimed', () => {
  const ports = {
    secrets: { webhookSecret: async (): Promise<WebhookSecret> => ({}) },
    http: { post: async () => NO_CONTENT },
    clock: CLOCK,
    addresses: publicTier(),
  };

  test('a destination of another channel', async () => {
    await expect(prepareWebhook(aMessage(), aMailingList(), ports)).rejects.toThrow(
      'planned while the destination could not be read',
    );
  });

  test('a format that this version does not know', async () => {
    const destination = aWebhook({ format: 'morse' });
    await expect(preparePost(aMessage(), destination, ports)).rejects.toThrow('unknown format morse');
  });

  test.each([
    ['no credential for a signature', { auth: { type: 'hmac' } }, {}],
    ['no token', { auth: { type: 'bearer' } }, {}],
    ['no token for a body that carries it', { auth: { type: 'bearer' }, format: 'pagerduty' }, {}],
    ['no key of its client certificate', { auth: { type: 'mtls' } }, { certificate: 'pem' }],
    [
      'no value of a header that is configured',
      { auth: { type: 'none' }, customHeaderNames: ['X-Key'] },
      { headers: { 'X-Other': 'v' } },
    ],
  ] as const)('nothing is posted with %s', async (_, given, secret) => {
    const destination = aWebhook({
      format: 'tocsin',
      ...given,
      customHeaderNames: [...('customHeaderNames' in given ? given.customHeaderNames : [])],
    });
    const secrets = { webhookSecret: async (): Promise<WebhookSecret> => secret };
    await expect(preparePost(aMessage(), destination, { ...ports, secrets })).rejects.toThrow(
      UnreadableConfigError,
    );
  });

  test('a secret that the store does not give', async () => {
    const secrets = {
      webhookSecret: async () => {
        throw new Error('throttled');
      },
    };
    await expect(
      preparePost(aMessage(), aWebhook({ format: 'tocsin' }), { ...ports, secrets }),
    ).rejects.toThrow('throttled');
  });
});

describe('a receiver with a way of its own to authenticate', () => {
  const bearer = { auth: { type: 'bearer' } } as const;
  const secret = { current: 'the-vendor-key' };

  test('gets the key in the body, where the kept body never has it', async () => {
    const { prepared, posts } = await attempt({ destination: { ...bearer, format: 'pagerduty' }, secret });
    expect(JSON.parse(posts[0]?.body ?? '')).toMatchObject({ routing_key: 'the-vendor-key' });
    expect(posts[0]?.headers).not.toHaveProperty('Authorization');
    expect(prepared.body).not.toContain('the-vendor-key');
    expect(JSON.stringify(prepared.message)).not.toContain('the-vendor-key');
  });

  test.each([
    ['splunk-hec', 'Splunk the-vendor-key'],
    ['opsgenie', 'GenieKey the-vendor-key'],
    ['tocsin', 'Bearer the-vendor-key'],
  ])('%s gets %s', async (format, authorization) => {
    const { posts } = await attempt({ destination: { ...bearer, format }, secret });
    expect(posts[0]?.headers['Authorization']).toBe(authorization);
  });

  test('closes at another address than it opens, and that address is guarded too', async () => {
    const url = 'https://api.opsgenie.com/v2/alerts';
    const resolved = { ...aMessage().alert, status: 'resolved' } as const;
    const { posts } = await attempt({
      destination: { ...bearer, format: 'opsgenie', url },
      secret,
      message: { alert: resolved },
    });
    expect(posts[0]?.url).toMatch(/^https:\/\/api\.opsgenie\.com\/v2\/alerts\/.+\/close\?/u);
  });
});
