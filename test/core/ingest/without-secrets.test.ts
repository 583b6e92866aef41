import { expect, it } from 'vitest';
import { withoutSecrets } from '../../../functions/core/ingest/without-secrets.ts';

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
      secret_type: 'github_token',
      token_type: 'bearer',
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
    secret_type: 'github_token',
    token_type: 'bearer',
    mail: 'alice@example.com',
    count: 3,
  });
});
