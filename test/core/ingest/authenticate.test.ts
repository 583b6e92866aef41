import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { UnauthenticError } from '../../../functions/core/ingest/refusals.ts';
import type { SourceAuth } from '../../../functions/core/model/config/source.ts';
import { aRequest, aSource, codeOf, inMemoryPorts, NOW_MS, outcome, SECRET } from './a-request.ts';

const BODY = '{"title":"x"}';
const AUTHS: [SourceAuth, (secret: string) => Record<string, string>][] = [
  [{ type: 'shared-secret', header: 'x-secret' }, (secret) => ({ 'x-secret': secret })],
  [{ type: 'bearer' }, (secret) => ({ authorization: `Bearer ${secret}` })],
  [
    { type: 'basic', username: 'user' },
    (secret) => ({ authorization: `Basic ${Buffer.from(`user:${secret}`).toString('base64')}` }),
  ],
  [
    { type: 'hmac', header: 'x-signature', algorithm: 'sha256', signedContent: 'body' },
    (secret) => ({ 'x-signature': createHmac('sha256', secret).update(BODY).digest('hex') }),
  ],
];
const before = new Date(NOW_MS + 1).toISOString();
const after = new Date(NOW_MS).toISOString();

describe.each(AUTHS)('a source with %j', (auth, credential) => {
  const sources = [aSource({ auth })];
  const sent = (secret: string) => aRequest({ body: BODY, headers: credential(secret) });

  it('takes its secret and no other', async () => {
    const { ports } = inMemoryPorts({ sources });
    expect(await codeOf(sent(SECRET), ports)).toBe('accepted');
    expect(await codeOf(sent('another'), ports)).toBe('unauthorized');
    expect(await codeOf(aRequest({ body: BODY }), ports)).toBe('unauthorized');
  });

  it('takes both secrets during a rotation, and the old one not a millisecond longer', async () => {
    const rotating = (previousNotAfter: string) =>
      inMemoryPorts({ sources, credential: { current: 'new-secret', previous: SECRET, previousNotAfter } })
        .ports;
    expect(await codeOf(sent('new-secret'), rotating(before))).toBe('accepted');
    expect(await codeOf(sent(SECRET), rotating(before))).toBe('accepted');
    expect(await codeOf(sent(SECRET), rotating(after))).toBe('unauthorized');
    expect(await codeOf(sent(SECRET), rotating('no date'))).toBe('unauthorized');
    expect(await codeOf(sent('new-secret'), rotating(after))).toBe('accepted');
  });

  it('asks the store again when a secret does not match', async () => {
    const { ports, refreshes } = inMemoryPorts({ sources, refreshed: { current: 'new-secret' } });
    expect(await codeOf(sent('new-secret'), ports)).toBe('accepted');
    expect(refreshes()).toBe(1);
  });

  it('does not ask again when nothing that could match was sent', async () => {
    const { ports, refreshes } = inMemoryPorts({ sources, refreshed: { current: 'new-secret' } });
    expect(await codeOf(aRequest({ body: BODY }), ports)).toBe('unauthorized');
    expect(refreshes()).toBe(0);
  });

  it('is never open while the store fails', async () => {
    for (const step of ['credential', 'refresh'] as const) {
      const { ports, enqueued } = inMemoryPorts({ sources, failing: [step] });
      expect(await outcome(sent(step === 'credential' ? SECRET : 'another'), ports)).toMatchObject({
        refusal: { code: 'not-durable', retryAfterSeconds: expect.any(Number) as number },
      });
      expect(enqueued).toEqual([]);
    }
  });
});

describe('a refusal', () => {
  const sources = [
    aSource({ auth: { type: 'bearer' } }),
    aSource({ id: 'src_off', isEnabled: false }),
    aSource({
      id: 'src_timed',
      auth: {
        type: 'hmac',
        header: 'x-signature',
        algorithm: 'sha256',
        signedContent: 'timestamp.body',
        timestampHeader: 'x-timestamp',
      },
    }),
  ];
  const stale = { 'x-signature': '0'.repeat(64), 'x-timestamp': '1' };
  const CAUSES: [string, Parameters<typeof aRequest>[0]][] = [
    ['unknown-source', { sourceId: 'src_2' }],
    ['unknown-source', { sourceId: '' }],
    ['unknown-source', { sourceId: 'src_off' }],
    ['missing-credential', {}],
    ['wrong-scheme', { headers: { authorization: SECRET } }],
    ['malformed-credential', { headers: { authorization: `Bearer  ${SECRET}` } }],
    ['wrong-credential', { headers: { authorization: 'Bearer wrong' } }],
    ['stale-timestamp', { sourceId: 'src_timed', headers: stale }],
  ];

  it('is one and the same for the sender, whatever the cause', async () => {
    const refusals = await Promise.all(
      CAUSES.map(async ([, given]) => outcome(aRequest(given), inMemoryPorts({ sources }).ports)),
    );
    const seen = refusals.map((result) =>
      'refusal' in result
        ? JSON.stringify([
            result.refusal.code,
            result.refusal.message,
            result.refusal.retryAfterSeconds,
            result.refusal.rejected,
          ])
        : 'accepted',
    );
    expect(new Set(seen)).toEqual(
      new Set([
        JSON.stringify(['unauthorized', 'the request could not be authenticated', undefined, undefined]),
      ]),
    );
  });

  it.each(CAUSES)('tells the operator the cause: %s', async (cause, given) => {
    const result = await outcome(aRequest(given), inMemoryPorts({ sources }).ports);
    if (!('refusal' in result) || !(result.refusal instanceof UnauthenticError))
      throw new Error('not refused');
    expect(result.refusal.because).toBe(cause);
    expect(JSON.stringify(result.refusal)).not.toContain(SECRET);
  });

  it('comes before the body is looked at', async () => {
    const { ports } = inMemoryPorts({ sources });
    expect(await codeOf(aRequest({ body: 'no json {' }), ports)).toBe('unauthorized');
    expect(await codeOf(aRequest({ headers: { 'content-encoding': 'unknown' } }), ports)).toBe(
      'unauthorized',
    );
  });
});
