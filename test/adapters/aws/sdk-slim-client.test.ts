import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { SendRawEmailCommand } from '@aws-sdk/client-ses';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { describe, expect, test } from 'vitest';
import type { AwsClientOptions } from '../../../functions/adapters/aws/client-options.ts';
import { awsSigner } from '../../../functions/adapters/aws/signature.ts';
import { secretsManagerClient } from '../../../functions/adapters/secrets/client.ts';
import { sesClient } from '../../../functions/adapters/ses/client.ts';
import { slimClient } from '../../../functions/adapters/aws/sdk-slim-client.ts';
import { sqsClient } from '../../../functions/adapters/sqs/client.ts';
import { ssmClient } from '../../../functions/adapters/operator/ssm-client.ts';
import { clientOptions } from '../aws-fake.ts';
import { type Behaviour, hostileAws, refusal, type Seen } from '../hostile-aws.ts';

const CREDENTIALS = { accessKeyId: 'AKID', secretAccessKey: 'secret', sessionToken: 'token' };

/** What a request is signed over, and whether the signature is the one of that. */
function signatureOf({ headers, body }: Seen, service: string) {
  const given = headers.authorization ?? '';
  const names = /SignedHeaders=([^,]+)/.exec(given)?.[1]?.split(';') ?? [];
  const sign = awsSigner({ service, region: 'eu-central-1' });
  const signed = Object.fromEntries(names.map((name) => [name, String(headers[name])]));
  const isRight = sign({ method: 'POST', path: '/', headers: signed, body }, CREDENTIALS) === given;
  return { names, isRight };
}

const optionsOf = (endpoint: string, options: AwsClientOptions = {}) =>
  clientOptions(endpoint, { credentials: CREDENTIALS, requestTimeoutMs: 300, ...options });
const send = async (endpoint: string, options: AwsClientOptions = {}) =>
  sqsClient(optionsOf(endpoint, options)).send(
    new SendMessageCommand({ QueueUrl: `${endpoint}/000000000000/q`, MessageBody: 'ü' }),
  );

describe('a client of the SDK', () => {
  test.each<[string, (endpoint: string) => Promise<unknown>]>([
    ['sqs', async (endpoint) => send(endpoint)],
    [
      'secretsmanager',
      async (endpoint) =>
        secretsManagerClient(optionsOf(endpoint)).send(new GetSecretValueCommand({ SecretId: 's' })),
    ],
    ['ssm', async (endpoint) => ssmClient(optionsOf(endpoint)).send(new GetParameterCommand({ Name: 'p' }))],
    [
      'ses',
      async (endpoint) =>
        sesClient(optionsOf(endpoint)).send(
          new SendRawEmailCommand({ RawMessage: { Data: Buffer.from('mail') } }),
        ),
    ],
  ])('signs for %s: host, type, date, identity, and what is asked for', async (service, call) => {
    const xml = '<SendRawEmailResponse><SendRawEmailResult/></SendRawEmailResponse>';
    const aws = await hostileAws(service === 'ses' ? xml : '{}');
    await call(aws.endpoint);
    const [request] = aws.seen;
    const { names, isRight } = signatureOf(request ?? { headers: {}, body: '' }, service);
    expect(isRight).toBe(true);
    expect(names).toEqual([
      'content-type',
      'host',
      'x-amz-date',
      'x-amz-security-token',
      ...(service === 'ses' ? [] : ['x-amz-target']),
    ]);
  });

  test.each<[string, Behaviour]>([
    ['500', refusal('InternalFailure', 500)],
    ['throttled', refusal('ThrottlingException')],
    ['the connection breaks', (_, request) => void request.socket.destroy()],
    ['no answer', () => {}],
    ['a body that stalls', (response) => void response.writeHead(200, { 'content-length': '9' }).write('{')],
  ])('asks a second time, signed anew: %s', async (_, trouble) => {
    const aws = await hostileAws(trouble, '{"MessageId":"1"}');
    expect(await send(aws.endpoint)).toMatchObject({ MessageId: '1' });
    expect(aws.seen.map((request) => signatureOf(request, 'sqs').isRight)).toEqual([true, true]);
  });

  test('fails as the SDK says when nothing listens', async () => {
    await expect(send('http://127.0.0.1:1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('of a version that has other middleware is refused at the start', () => {
    // Its middleware is gone already.
    const client = sqsClient(optionsOf('http://127.0.0.1:1'));
    expect(() => slimClient(client)).toThrow('the sdk has no getUserAgentMiddleware');
  });
});
