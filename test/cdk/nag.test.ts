import { App, Aspects } from 'aws-cdk-lib/core';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, test } from 'vitest';
import { PRIVATE_NETWORK } from './a-template.ts';
import type { Deployment } from '../../functions/core/config/parse-deployment.ts';
import { GatewayStack } from '../../cdk/gateway-stack.ts';

/** What cdk-nag's AwsSolutions says of the stack, and why it stays: each line is a finding that somebody judged. */
const ACKNOWLEDGED: { finding: RegExp; at: RegExp; because: string }[] = [
  {
    finding: /^AwsSolutions-APIG4:/,
    at: /^\/Tocsin\/Default\/IngestApi\//,
    because:
      'the function authenticates each source in its own way, and a link from a mail by its signed token',
  },
  {
    finding: /^AwsSolutions-SMG4:/,
    at: /\/UnsubscribeKey\//,
    because:
      'a rotation ends links in mails that were sent before the one before; `unsubscribe-key rotate` asks first',
  },
  {
    finding: /^AwsSolutions-SMG4:/,
    at: /\/Functions\/Canary\//,
    because:
      'who knows a secret of the canary can send or receive canaries and nothing else; the URL of a heartbeat comes from who listens',
  },
  {
    finding:
      /^AwsSolutions-IAM5\[Resource::arn:<AWS::Partition>:secretsmanager:[^*]*:secret:Tocsin\/[a-z/]*\*\]/,
    at: /\/(?:Functions|OperatorPolicy)\//,
    because: 'secrets come and go with sources and destinations, and their ARNs end in six random characters',
  },
  {
    finding: /^AwsSolutions-IAM5\[Resource::arn:<AWS::Partition>:ses:[^*]*:identity\/\*\]/,
    at: /\/DeliverEmail\//,
    because:
      'in the sandbox SES checks the identity of each recipient too; the grant is bound to the sender (decision 0104)',
  },
  {
    finding:
      /^AwsSolutions-IAM5\[Resource::arn:<AWS::Partition>:ec2:[^*]*:(?:network-interface\/\*|\*\/\*)\]/,
    at: /\/DeliverPrivateWebhook\//,
    because:
      'Lambda makes the network interfaces in the VPC with this role, and their ids are not known before; the code itself is denied it',
  },
  {
    finding: /^AwsSolutions-IAM5\[Resource::\*\]/,
    at: /\/DeliverPrivateWebhook\//,
    because:
      'what describes network interfaces and subnets knows no resource, and a denial may be as wide as it likes',
  },
  {
    finding: /^AwsSolutions-IAM5\[Resource::\*\]/,
    at: /\/(?:DeliverEmail|OperatorPolicy|AuditorPolicy)\//,
    because:
      'the quota, the identities and the state of SES belong to the account: IAM knows no resource for these calls',
  },
];

const CERTIFICATE = 'arn:aws:acm:eu-central-1:111122223333:certificate/abc';

/** Every finding as `path finding`, for stacks with everything that an operator may choose: no canary shows a certificate. */
function findings(options: Partial<Deployment>): { at: string; finding: string }[] {
  const app = new App({ context: { 'aws:cdk:bundling-stacks': [] } });
  const stack = new GatewayStack(app, 'Tocsin', {
    stackName: 'Tocsin',
    emailFrom: 'alerts@tocsin.example',
    emailIdentity: 'domain',
    operatorEmail: 'ops@tocsin.example',
    retentionDays: 90,
    concurrency: 1000,
    privateNetwork: PRIVATE_NETWORK,
    ...options,
  });
  Aspects.of(stack).add(new AwsSolutionsChecks());
  const annotations = Annotations.fromStack(stack);
  return [...annotations.findError('*', Match.anyValue()), ...annotations.findWarning('*', Match.anyValue())]
    .map(({ id, entry }) => ({ at: `${id}/`, finding: JSON.stringify(entry.data).slice(1) }))
    .filter(({ finding }) => finding.startsWith('AwsSolutions-'));
}

describe('cdk-nag, AwsSolutions', () => {
  const domain = { name: 'alerts.tocsin.example', certificateArn: CERTIFICATE };
  const found = [
    ...findings({ domain: { ...domain, truststore: { bucket: 'trust', key: 'ca.pem' } } }),
    ...findings({ domain, heartbeat: { url: 'https://hc.example/ping' } }),
    ...findings({ heartbeat: { secretName: 'tocsin/heartbeat' } }),
  ];
  const isAcknowledged = (one: { at: string; finding: string }) =>
    ACKNOWLEDGED.some(({ finding, at }) => finding.test(one.finding) && at.test(one.at));

  test('finds nothing that nobody judged', () => {
    expect(found.filter((one) => !isAcknowledged(one))).toEqual([]);
  });

  test.each(ACKNOWLEDGED)('$finding is still found, and stays because $because', ({ finding, at }) => {
    expect(found.some((one) => finding.test(one.finding) && at.test(one.at))).toBe(true);
  });
});
