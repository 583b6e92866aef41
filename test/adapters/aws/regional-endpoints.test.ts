import { GetSendQuotaCommand } from '@aws-sdk/client-ses';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { ListQueuesCommand } from '@aws-sdk/client-sqs';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { beforeEach, expect, test, vi } from 'vitest';
import { secretsManagerClient } from '../../../functions/adapters/secrets/client.ts';
import { sesClient } from '../../../functions/adapters/ses/client.ts';
import { sqsClient } from '../../../functions/adapters/sqs/client.ts';
import { ssmClient } from '../../../functions/adapters/operator/ssm-client.ts';

beforeEach(() => {
  vi.stubEnv('AWS_ENDPOINT_URL', '');
});

const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };

type Sent = { host: string };
type Client = {
  config: { requestHandler: unknown };
  send(command: never): Promise<unknown>;
};

/** The host that a call would go to; nothing is sent. */
async function hostOf(client: Client, command: object): Promise<string> {
  let sent: Sent | undefined;
  client.config.requestHandler = {
    handle: async (request: { hostname: string }) => {
      sent = { host: request.hostname };
      throw new Error('not sent');
    },
  };
  await expect(client.send(command as never)).rejects.toThrow('not sent');
  return sent?.host ?? '';
}

test.each([
  {},
  { AWS_USE_FIPS_ENDPOINT: 'true' },
  { AWS_USE_DUALSTACK_ENDPOINT: 'true' },
  { AWS_USE_FIPS_ENDPOINT: 'true', AWS_USE_DUALSTACK_ENDPOINT: 'true' },
  { AWS_USE_FIPS_ENDPOINT: 'false', AWS_USE_DUALSTACK_ENDPOINT: 'false' },
])('a function asks where the SDK would, with %o', async (settings) => {
  const options = { region: 'us-east-1', credentials, maxAttempts: 1 };
  for (const [name, value] of Object.entries(settings)) vi.stubEnv(name, value);
  const asked = async () => [
    await hostOf(sqsClient(options), new ListQueuesCommand({})),
    await hostOf(secretsManagerClient(options), new GetSecretValueCommand({ SecretId: 'x' })),
  ];
  const bySdk = await asked();
  vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', 'ingest');
  expect(await asked()).toEqual(bySdk);
});

test.each([
  ['eu-central-1', 'eu-central-1.amazonaws.com'],
  ['cn-north-1', 'cn-north-1.amazonaws.com.cn'],
  ['us-gov-west-1', 'us-gov-west-1.amazonaws.com'],
  ['eusc-de-east-1', 'eusc-de-east-1.amazonaws.eu'],
])('in %s every service is asked below %s', async (region, domain) => {
  const options = { region, credentials, maxAttempts: 1 };
  expect([
    await hostOf(sqsClient(options), new ListQueuesCommand({})),
    await hostOf(sesClient(options), new GetSendQuotaCommand({})),
    await hostOf(secretsManagerClient(options), new GetSecretValueCommand({ SecretId: 'x' })),
    await hostOf(ssmClient(options), new GetParameterCommand({ Name: 'x' })),
  ]).toEqual([`sqs.${domain}`, `email.${domain}`, `secretsmanager.${domain}`, `ssm.${domain}`]);
});
