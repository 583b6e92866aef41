import { App } from 'aws-cdk-lib/core';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { GatewayStack } from '../../cdk/gateway-stack.ts';
import { describe, expect, test } from 'vitest';
import type { Manifest } from '../../functions/core/model/config/manifest.ts';
import { aStack, aTemplate, propertiesOf, readable } from './a-template.ts';

const template = aTemplate();
const { Outputs, ...sections } = template.toJSON() as Record<string, Record<string, { Value?: unknown }>>;

describe('the gateway stack', () => {
  test('uses only what the local run understands: no conditions, mappings, nested stacks, custom resources', () => {
    // The bootstrap check of the CDK is the parameter and the rule.
    expect(Object.keys(sections).sort()).toEqual(['Description', 'Parameters', 'Resources', 'Rules']);
    const types = Object.values(sections['Resources'] ?? {}).map((resource) => Reflect.get(resource, 'Type'));
    expect(types.filter((type) => /CustomResource|^Custom::|CloudFormation::Stack|CDK::/.test(type))).toEqual(
      [],
    );
    const functions = JSON.stringify(sections['Resources']).match(/"Fn::\w+"/g) ?? [];
    expect([...new Set(functions)].sort()).toEqual(['"Fn::GetAtt"', '"Fn::Join"', '"Fn::Sub"']);
  });

  test('depends on no account and no region', () => {
    expect(JSON.stringify(sections['Resources'])).not.toMatch(/\b\d{12}\b|eu-central-1|us-east-1/);
  });

  test('tells where to send, where the manifest is and where to look', () => {
    const values = Object.entries(Outputs ?? {}).map(([name, { Value }]) => [
      name,
      readable(template, Value),
    ]);
    expect(Object.fromEntries(values)).toEqual({
      IngestUrl: '{IngestApi9A114750.ApiEndpoint}/v1/ingest',
      UnsubscribeUrl: '{IngestApi9A114750.ApiEndpoint}/v1/unsubscribe',
      ManifestParameter: '/Tocsin/manifest',
      OperatorTopic: '{AlarmsTopic3A2DFEBA}',
      OperatorPolicyArn: '{OperatorPolicy63C1EB6F}',
      AuditorPolicyArn: '{AuditorPolicyCB294A6A}',
      DashboardUrl:
        'https://{AWS::Region}.console.aws.amazon.com/cloudwatch/home?region={AWS::Region}#dashboards/dashboard/Tocsin',
    });
  });

  test.each([
    ['aws-cn', 'console.amazonaws.cn'],
    ['aws-us-gov', 'console.amazonaws-us-gov.com'],
    ['aws-eusc', 'console.amazonaws-eusc.eu'],
  ] as const)('links to the console of %s', (partition, domain) => {
    const own = Template.fromStack(aStack({}, { partition })).findOutputs('DashboardUrl');
    expect(readable(template, own['DashboardUrl']?.['Value'])).toContain(`https://{AWS::Region}.${domain}/`);
  });

  test('keeps every logical id, written down in logical-ids.txt', async () => {
    // A changed id replaces the resource: the table would be left behind, and queues with fixed names collide. A new
    // line is fine (vitest -u); a line that changes or goes is something that deployed stacks lose.
    const ids = Object.entries(sections['Resources'] ?? {}).map(
      ([id, resource]) => `${String(Reflect.get(resource, 'Type'))} ${id}`,
    );
    await expect(`${ids.toSorted().join('\n')}\n`).toMatchFileSnapshot('logical-ids.txt');
  });

  test('outlives a slip with what holds data and with what others use: kept, whatever happens to the stack', () => {
    const kept = Object.values(sections['Resources'] ?? {})
      .filter((resource) => String(Reflect.get(resource, 'DeletionPolicy')).startsWith('Retain'))
      .map((resource) => [Reflect.get(resource, 'Type'), Reflect.get(resource, 'UpdateReplacePolicy')]);
    expect(kept).toEqual([
      ['AWS::DynamoDB::GlobalTable', 'Retain'],
      ['AWS::SES::EmailIdentity', 'Retain'],
    ]);
  });

  test('writes the manifest that the command line reads', () => {
    const [parameter] = Object.values(propertiesOf(template, 'AWS::SSM::Parameter'));
    expect(parameter).toMatchObject({ Name: '/Tocsin/manifest', Type: 'String' });
    const queue = (name: string) => ({
      url: `{${name}}`,
      arn: `{${name}.Arn}`,
      deadLetterUrl: `{${name}-dead-letters}`,
      deadLetterArn: `{${name}-dead-letters.Arn}`,
    });
    expect(JSON.parse(readable(template, parameter?.['Value']))).toEqual({
      version: 1,
      stack: 'Tocsin',
      region: '{AWS::Region}',
      ingestUrl: '{IngestApi9A114750.ApiEndpoint}/v1/ingest',
      table: '{table}',
      queues: {
        alerts: queue('Tocsin-alerts'),
        email: queue('Tocsin-email'),
        webhook: queue('Tocsin-webhook'),
        webhookRetry: queue('Tocsin-webhook-retry'),
      },
      emailFeedback: queue('Tocsin-email-feedback'),
      canary: { minutes: 5, url: '{IngestApi9A114750.ApiEndpoint}/v1/canary', hasHeartbeat: false },
      hasUnsubscribeLinks: true,
      operatorTopic: '{AlarmsTopic3A2DFEBA}',
      secretPrefix: 'Tocsin',
      emailFrom: 'alerts@tocsin.example',
      configurationSet: '{EmailSendingConfigurationSetE11EEBF4}',
      retentionDays: 90,
    } satisfies Manifest);
  });

  test('writes a manifest that a standard parameter of SSM holds, also with the longest names', () => {
    const own = aTemplate({
      stackName: 'a'.repeat(40),
      emailFrom: `${'a'.repeat(64)}@${'b'.repeat(63)}.${'c'.repeat(63)}.example`,
      domain: {
        name: `${'d'.repeat(63)}.${'e'.repeat(63)}.tocsin.example`,
        certificateArn: 'arn:aws:acm:eu-central-1:111122223333:certificate/abc',
      },
    });
    const [parameter] = Object.values(propertiesOf(own, 'AWS::SSM::Parameter'));
    const region = 'cn-northwest-1';
    const value = readable(own, parameter?.['Value'])
      // What CloudFormation puts in: ARNs, URLs of queues, the table's generated name, the region.
      .replaceAll(/\{([\w-]+)\.Arn\}/g, `arn:aws-cn:sqs:${region}:111122223333:$1`)
      .replaceAll('{AWS::Region}', region)
      .replaceAll('{table}', `${'a'.repeat(40)}-StorageTableB43FDCE7-ABCDEFGHIJKLM`)
      .replaceAll(/"\{([\w-]+)\}"/g, `"https://sqs.${region}.amazonaws.com.cn/111122223333/$1"`);
    expect(value).not.toContain('{AWS');
    expect(Object.keys(JSON.parse(value) as object)).toContain('queues');
    expect(value.length).toBeLessThanOrEqual(4_096);
  });

  test('carries its name through everything, so that two stacks live in one account', () => {
    const other = JSON.stringify(aTemplate({ stackName: 'Night-Watch' }).toJSON());
    expect(other).not.toContain('Tocsin-');
    expect(other).not.toContain('Tocsin/');
    expect(other).toContain(':secret:Night-Watch/source/*');
  });
});

test.each([
  [undefined, 0],
  [{ bucket: 'trust', key: 'ca.pem' }, 1],
])(
  'with the truststore %o the synthesis warns %d times that mails carry no unsubscribe link',
  (truststore, count) => {
    const stack = new GatewayStack(new App({ context: { 'aws:cdk:bundling-stacks': [] } }), 'Tocsin', {
      stackName: 'Tocsin',
      emailFrom: 'alerts@tocsin.example',
      emailIdentity: 'address',
      retentionDays: 90,
      concurrency: 10,
      domain: {
        name: 'alerts.tocsin.example',
        certificateArn: 'arn:aws:acm:eu-central-1:111122223333:certificate/abc',
        ...(truststore !== undefined && { truststore }),
      },
    });
    const warnings = Annotations.fromStack(stack).findWarning(
      '*',
      Match.stringLikeRegexp('no unsubscribe link'),
    );
    expect(warnings).toHaveLength(count);
  },
);
