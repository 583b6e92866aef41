import { afterEach, expect, test, vi } from 'vitest';
import { defaultProvider } from '../../../functions/adapters/aws/credentials.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

function environment(id: string, secret: string, token: string): void {
  vi.stubEnv('AWS_ACCESS_KEY_ID', id);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', secret);
  vi.stubEnv('AWS_SESSION_TOKEN', token);
}

test('takes the credentials that Lambda puts into the environment', async () => {
  environment('id', 'secret', 'token');
  await expect(defaultProvider()()).resolves.toEqual({
    accessKeyId: 'id',
    secretAccessKey: 'secret',
    sessionToken: 'token',
  });
});

test('does without a session token, as in a local run', async () => {
  environment('id', 'secret', '');
  await expect(defaultProvider()()).resolves.toEqual({ accessKeyId: 'id', secretAccessKey: 'secret' });
});

test.each([
  ['', 'secret'],
  ['id', ''],
])('says what is missing and nothing that is there (%j, %j)', async (id, secret) => {
  environment(id, secret, 'token');
  await expect(defaultProvider()()).rejects.toThrow(
    /^no credentials in the environment; expected AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, which Lambda sets$/,
  );
});
