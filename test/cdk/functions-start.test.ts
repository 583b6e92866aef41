import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Deployment } from '../../functions/core/config/parse-deployment.ts';
import { AWS_EVENTS } from '../../functions/core/model/config/aws-events.ts';
import { aTemplate, PRIVATE_NETWORK, propertiesOf, readable } from './a-template.ts';

const DOMAIN = {
  name: 'alerts.tocsin.example',
  certificateArn: 'arn:aws:acm:eu-central-1:111122223333:certificate/abc',
};

/** What takes parts of the gateway away, and what adds some. */
const DEPLOYMENTS: [what: string, options: Partial<Deployment>][] = [
  ['nothing but a sender', {}],
  ['no SES', { emailIdentity: 'none' }],
  ['no canary', { canaryMinutes: 0 }],
  ['client certificates', { domain: { ...DOMAIN, truststore: { bucket: 'trust', key: 'ca.pem' } } }],
  [
    'everything',
    {
      awsEvents: [...AWS_EVENTS],
      organizationId: 'o-exampleorgid',
      privateNetwork: PRIVATE_NETWORK,
      heartbeat: { secretName: 'tocsin/heartbeat' },
      operatorEmail: 'ops@tocsin.example',
    },
  ],
];

afterEach(() => {
  vi.unstubAllEnvs();
});

/** Each import evaluates the entry again: a module of another address is another one. */
let started = 0;
const start = async (entry: string): Promise<object> =>
  (await import(`../../functions/${entry}.ts?started=${String((started += 1))}`)) as object;

describe.each(DEPLOYMENTS)('the functions of a deployment with %s', (_, options) => {
  const template = aTemplate(options);
  const functions = Object.values(propertiesOf(template, 'AWS::Lambda::Function')).map((fn) => ({
    name: String(fn['FunctionName']).replace('Tocsin-', ''),
    variables: (fn['Environment'] as { Variables: Record<string, unknown> }).Variables,
  }));

  test.each(functions)('$name starts with what the template tells it', async ({ name, variables }) => {
    vi.stubEnv('AWS_REGION', 'eu-central-1');
    for (const [variable, value] of Object.entries(variables)) {
      vi.stubEnv(variable, readable(template, value));
    }
    const entry = name === 'deliver-private-webhook' ? 'deliver-webhook' : name;
    await expect(start(entry)).resolves.toHaveProperty('handler');
  });
});

test('a function does not start without what the template tells it, though it started before', async () => {
  vi.stubEnv('TOCSIN_SECRET_PREFIX', '');
  await expect(start('route')).rejects.toThrow('TOCSIN_SECRET_PREFIX is not set');
});
