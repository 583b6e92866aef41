import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withoutSecrets } from '../../../functions/core/ingest/without-secrets.ts';
import { textWithoutSecrets } from '../../../functions/core/ingest/secret-text.ts';
import { SECRET_NAMES, SECRET_SHAPES } from './secret-shapes.ts';

it('details lose what is a credential by its name or stands in a URL, at any depth, and nothing else', () => {
  expect(
    withoutSecrets({
      routing_key: 'R1',
      'X-Api-Key': 'k',
      nested: {
        Authorization: 'Bearer t',
        list: [{ clientSecret: 's' }, ['Cookie', 'c'], ['Accept', 'json']],
      },
      site: 'see https://user:pass@host/path and https://0123@sentry.example.com/1',
      secret: true,
      password: null,
      tokens: 512,
      secret_type: 'github_token',
      token_type: 'bearer',
      accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      author: 'alice',
      mail: 'alice@example.com',
      count: 3,
    }),
  ).toEqual({
    routing_key: '[removed]',
    'X-Api-Key': '[removed]',
    nested: {
      Authorization: '[removed]',
      list: [{ clientSecret: '[removed]' }, ['Cookie', '[removed]'], ['Accept', 'json']],
    },
    site: 'see https://[removed]@host/path and https://[removed]@sentry.example.com/1',
    secret: true,
    password: null,
    tokens: 512,
    secret_type: 'github_token',
    token_type: 'bearer',
    accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    author: 'alice',
    mail: 'alice@example.com',
    count: 3,
  });
});

describe.each(Object.entries(SECRET_SHAPES))('a credential in %s', (_shape, build) => {
  it.each(SECRET_NAMES)('under the name %s is removed', (name) => {
    const left = JSON.stringify(withoutSecrets({ around: build(name, 'c4n4ry') }));
    expect(left).not.toContain('c4n4ry');
    expect(left).toContain('[removed]');
  });
});

it.each([
  ['Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.abc.def', 'eyJhb'],
  ['sent Bearer 0123456789abcdef to the server', '0123456789abcdef'],
  ['Authorization: Basic dXNlcjpwYXNz', 'dXNlcjpwYXNz'],
  ['Cookie: session=deadbeef; other=1', 'deadbeef'],
  ['curl -u admin:hunter2 https://host', 'hunter2'],
  ["curl -H 'Authorization: Bearer abcdef' https://host", 'abcdef'],
  ['mysql -h db -u root -phunter2 shop', 'hunter2'],
  ['mysqldump --all -phunter2', 'hunter2'],
  ["sshpass -p 'hunter2' ssh root@host", 'hunter2'],
  ['redis-cli -h cache -a hunter2 FLUSHALL', 'hunter2'],
  ['vault login --token hvs.abc123', 'hvs.abc123'],
  ['GET https://b.s3.amazonaws.com/a?X-Amz-Date=1&X-Amz-Signature=deadbeef', 'deadbeef'],
  ['https://x.api.powerplatform.com/workflows/1?sp=%2Frun&sv=1.0&sig=d3adb33f', 'd3adb33f'],
  ['postgres://app:hunter2@db:5432/x', 'hunter2'],
  ['-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----', 'MIIEow'],
  ['a token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln in a sentence', 'c2ln'],
])('the text %s loses it', (text, secret) => {
  expect(textWithoutSecrets(text)).not.toContain(secret);
});

it.each([
  'Basic authentication failed for user=alice',
  'A bearer token was used by alice',
  'Password changed for alice',
  'password policy: 12 characters',
  'arn:aws:secretsmanager:eu-central-1:111122223333:secret:db-password',
  'CVE-2026-0001 affects openssl',
  'https://console.example.com/a?id=1#token',
  '2026-11-20T08:00:00Z cookie consent shown',
  'user=alice action=login result=ok',
  'kubectl get secret --namespace prod',
  'tool --token --verbose',
  'mysql -u root -p',
  'cs1Label=Policy cs1=block all src=1.2.3.4',
  'https://x.example/?signature=ET+MALWARE',
  'a|b|c=1|d',
])('the text %s stays as it is', (text) => {
  expect(textWithoutSecrets(text)).toBe(text);
});

it('is done with any text in time that grows with its length', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.constantFrom(
          'a',
          '=',
          ':',
          '"',
          '\\',
          '-',
          'eyJ',
          '@',
          '/',
          ' ',
          '\n',
          'Cookie:',
          'bearer ',
          ' -',
          'mysql ',
          '^',
          '|',
          'aLabel=token',
          '?sig=',
        ),
        { maxLength: 60 },
      ),
      (parts) => {
        const text = parts.join('').repeat(200);
        expect(textWithoutSecrets(text).length).toBeLessThanOrEqual(text.length + 9 * text.length);
      },
    ),
    { numRuns: 100 },
  );
});
