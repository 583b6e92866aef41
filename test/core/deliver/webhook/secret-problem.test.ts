import { describe, expect, it } from 'vitest';
import { secretProblem } from '../../../../functions/core/deliver/webhook/secret-problem.ts';
import type { WebhookSecret } from '../../../../functions/core/model/config/credential.ts';
import type { WebhookDestination } from '../../../../functions/core/model/config/destination.ts';
import { aWebhook } from '../../../adapters/records.ts';

describe('the secret of a webhook', () => {
  it.each<[string, Partial<WebhookDestination>, WebhookSecret, string | undefined]>([
    ['a signature', { auth: { type: 'hmac' } }, { current: 'k' }, undefined],
    ['no key to sign with', { auth: { type: 'hmac' } }, {}, 'no credential, which auth hmac needs'],
    ['no token', { auth: { type: 'bearer' } }, {}, 'no credential, which auth bearer needs'],
    ['a certificate with its key', { auth: { type: 'mtls' } }, { certificate: 'c', key: 'k' }, undefined],
    [
      'a certificate alone',
      { auth: { type: 'mtls' } },
      { certificate: 'c' },
      'no client certificate with its key',
    ],
    ['a key alone', { auth: { type: 'mtls' } }, { key: 'k' }, 'no client certificate with its key'],
    ['nothing to prove', { auth: { type: 'none' } }, {}, undefined],
    ['a URL', { auth: { type: 'none' }, hasSecretUrl: true }, { url: 'https://a.example/' }, undefined],
    ['no URL', { auth: { type: 'none' }, hasSecretUrl: true }, {}, 'holds no URL'],
    [
      'one header of two',
      { auth: { type: 'none' }, customHeaderNames: ['X-Team', 'X-Key'] },
      { headers: { 'X-Team': 'a' } },
      'no value of the header X-Key',
    ],
    [
      'both headers',
      { auth: { type: 'none' }, customHeaderNames: ['X-Team', 'X-Key'] },
      { headers: { 'X-Team': 'a', 'X-Key': 'b' } },
      undefined,
    ],
  ])('with %s', (_holds, destination, secret, problem) => {
    const found = secretProblem(aWebhook({ customHeaderNames: [], ...destination }), secret);
    if (problem === undefined) expect(found).toBeUndefined();
    else expect(found).toContain(problem);
  });
});
