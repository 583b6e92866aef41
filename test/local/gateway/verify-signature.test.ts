import { GetSendQuotaCommand, SESClient } from '@aws-sdk/client-ses';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { describe, expect, test } from 'vitest';
import { serveEmulators } from '../emulators/serve-emulators.ts';
import { clientSettings, TEST_OPERATOR } from '../fixture-stack.ts';
import { signedFetch, signedHeaders } from '../signed-fetch.ts';

const READ = { 'x-amz-target': 'secretsmanager.GetSecretValue' };
const MINUTE = 60_000;

/** The emulators with a queue and a secret, so that a call of each can be answered. */
async function serveOne(): Promise<string> {
  const { url, emulators } = await serveEmulators();
  emulators.sqs.deploy('one', {});
  emulators.secretsManager.call('CreateSecret', { Name: 'one', SecretString: 'x' });
  return url;
}

const stranger = { accessKeyId: 'AKIASTRANGER', secretAccessKey: 'local' };
const guesser = { ...TEST_OPERATOR, secretAccessKey: 'guessed' };

describe('the clients of the SDK', () => {
  const clients = (url: string, credentials: typeof TEST_OPERATOR) => {
    const settings = { ...clientSettings(url), credentials };
    return {
      sqs: new SQSClient(settings).send(
        new GetQueueAttributesCommand({ QueueUrl: `${url}/000000000000/one` }),
      ),
      ses: new SESClient(settings).send(new GetSendQuotaCommand({})),
      secrets: new SecretsManagerClient(settings).send(new GetSecretValueCommand({ SecretId: 'one' })),
    };
  };

  test('sign as it is checked', async () => {
    const url = await serveOne();
    await expect(Promise.all(Object.values(clients(url, TEST_OPERATOR)))).resolves.toHaveLength(3);
  });

  test.each([
    ['a key of nobody', stranger, 'UnrecognizedClientException', 'InvalidClientTokenId'],
    ['a wrong secret', guesser, 'InvalidSignatureException', 'SignatureDoesNotMatch'],
  ])('are told about %s in the words of their protocol', async (_what, keys, json, query) => {
    const url = await serveOne();
    const { sqs, ses, secrets } = clients(url, keys);
    await Promise.all([
      expect(sqs).rejects.toMatchObject({ name: query, $metadata: { httpStatusCode: 403 } }),
      expect(ses).rejects.toMatchObject({ name: query, $metadata: { httpStatusCode: 403 } }),
      expect(secrets).rejects.toMatchObject({ name: json, $metadata: { httpStatusCode: 403 } }),
    ]);
  });
});

describe('one signed request', () => {
  const call = { service: 'secretsmanager', headers: READ, keys: TEST_OPERATOR, body: '{"SecretId":"one"}' };
  const send = async (url: string, headers: Record<string, string>, body = call.body, path = '/') => {
    const answer = await fetch(url + path, { method: 'POST', headers, body });
    return { status: answer.status, code: ((await answer.json()) as { __type?: string }).__type };
  };

  test('is taken as it was signed', async () => {
    const url = await serveOne();
    expect(await send(url, signedHeaders(url, call))).toEqual({ status: 200, code: undefined });
  });

  test.each<[string, (headers: Record<string, string>) => Record<string, string>, string?, string?]>([
    ['another body', (headers) => headers, '{"SecretId":"two"}'],
    ['another query', (headers) => headers, call.body, '/?a=1'],
    ['another action', (headers) => ({ ...headers, 'x-amz-target': 'secretsmanager.DeleteSecret' })],
    ['another time', (headers) => ({ ...headers, 'x-amz-date': '20261121T120001Z' })],
    ['an Amazon header that is not signed', (headers) => ({ ...headers, 'x-amz-security-token': 'x' })],
    [
      'a signature with one digit changed',
      ({ authorization = '', ...headers }) => ({
        ...headers,
        authorization: authorization.replace(/.$/, (last) => (last === '0' ? '1' : '0')),
      }),
    ],
    [
      'a header taken out of the list',
      ({ authorization = '', ...headers }) => ({
        ...headers,
        authorization: authorization.replace(';x-amz-target', ''),
      }),
    ],
  ])('is refused with %s', async (_what, change, body, path) => {
    const url = await serveOne();
    expect(await send(url, change(signedHeaders(url, call)), body, path)).toEqual({
      status: 403,
      code: 'InvalidSignatureException',
    });
  });

  test.each([
    ['four minutes ago', -4 * MINUTE, 200],
    ['six minutes ago', -6 * MINUTE, 403],
    ['in six minutes', 6 * MINUTE, 403],
  ])('signed %s', async (_when, differenceMs, status) => {
    const url = await serveOne();
    const answer = await signedFetch(url, { ...call, atMs: Date.now() + differenceMs });
    expect(answer.status).toBe(status);
  });

  test.each(['Bearer x', 'AWS4-HMAC-SHA256 Credential=operator', ''])(
    'is refused with the authorization "%s"',
    async (authorization) => {
      const url = await serveOne();
      const { status, code } = await send(url, { ...signedHeaders(url, call), authorization });
      expect(status).toBe(403);
      expect(code).toMatch(/^(IncompleteSignature|MissingAuthenticationToken)Exception$/);
    },
  );
});
