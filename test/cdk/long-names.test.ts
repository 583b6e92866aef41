import { Template } from 'aws-cdk-lib/assertions';
import { expect, test } from 'vitest';
import { AWS_EVENTS } from '../../functions/core/model/config/aws-events.ts';
import { aStack, PRIVATE_NETWORK, type Properties } from './a-template.ts';

/**
 * What names a resource, and how long AWS lets it be, as the references of CloudFormation and of the services say (2026-11-27):
 * a name that is too long fails in the middle of a deployment.
 */
const LONGEST: Readonly<Record<string, [property: string, characters: number]>> = {
  'AWS::ApiGatewayV2::Api': ['Name', 128],
  'AWS::CloudWatch::Alarm': ['AlarmName', 255],
  'AWS::CloudWatch::Dashboard': ['DashboardName', 255],
  'AWS::Events::EventBus': ['Name', 256],
  'AWS::Events::Rule': ['Name', 64],
  'AWS::Lambda::Function': ['FunctionName', 64],
  'AWS::Logs::LogGroup': ['LogGroupName', 512],
  'AWS::SES::ConfigurationSet': ['Name', 64],
  'AWS::SNS::Topic': ['TopicName', 256],
  'AWS::SQS::Queue': ['QueueName', 80],
  'AWS::SSM::Parameter': ['Name', 1_011],
  'AWS::SecretsManager::Secret': ['Name', 512],
};

const template = Template.fromStack(
  aStack({
    stackName: 'a'.repeat(40),
    awsEvents: [...AWS_EVENTS],
    organizationId: 'o-exampleorgid',
    privateNetwork: PRIVATE_NETWORK,
    heartbeat: { url: 'https://heartbeat.example/ping' },
    concurrency: 100,
  }),
);
const resources = Object.values(template.toJSON()['Resources'] as Record<string, Properties>);

test.each(Object.entries(LONGEST))(
  'with the longest name of a stack no name of a %s is too long',
  (type, [property, characters]) => {
    const names = resources
      .filter(({ Type }) => Type === type)
      .map(({ Properties }) => (Properties as Properties)[property] as unknown)
      .filter((name) => typeof name === 'string');
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name) => name.length > characters)).toEqual([]);
  },
);

test('every name that the template gives is of a type whose limit is known', () => {
  const named = resources
    .filter(({ Properties }) => JSON.stringify(Properties ?? {}).includes(`Name":"${'a'.repeat(40)}`))
    .map(({ Type }) => String(Type));
  expect([...new Set(named)].filter((type) => LONGEST[type] === undefined)).toEqual([]);
});

test('the rules of the organization may send to the queue, whatever their names end in', () => {
  const rules = resources
    .filter(({ Type }) => Type === 'AWS::Events::Rule')
    .map(({ Properties }) => String((Properties as Properties)['Name']))
    .filter((name) => name.includes('guardduty'));
  const policies = resources
    .filter(({ Type }) => Type === 'AWS::SQS::QueuePolicy')
    .map((one) => JSON.stringify(one));
  const allowed = policies.filter((policy) => policy.includes('RulesOfTheDoor'));
  expect(rules).toHaveLength(2);
  for (const rule of rules) {
    const pattern = rule.replace('-guardduty-', '-*-');
    expect(
      allowed.some((policy) => policy.includes(pattern)),
      rule,
    ).toBe(true);
  }
});
