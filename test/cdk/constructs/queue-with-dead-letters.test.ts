import { describe, expect, test } from 'vitest';
import { aTemplate, propertiesOf, readable } from '../a-template.ts';
import type { Properties } from '../a-template.ts';

const template = aTemplate();
const queues = Object.values(propertiesOf(template, 'AWS::SQS::Queue'));
const named = (name: string) => queues.find((queue) => queue['QueueName'] === name) ?? {};
const NAMES = [
  'Tocsin-alerts',
  'Tocsin-email',
  'Tocsin-webhook',
  'Tocsin-webhook-retry',
  'Tocsin-email-feedback',
];
const day = 86_400;

describe('a queue and its dead letters', () => {
  test('there are five pairs and nothing else', () => {
    const expected = NAMES.flatMap((name) => [name, `${name}-dead-letters`]);
    expect(queues.map((queue) => queue['QueueName'] as string).sort()).toEqual(expected.sort());
  });

  test.each(NAMES)('%s gives up after five receives and keeps the dead letters longer', (name) => {
    const queue = named(name);
    expect(queue['RedrivePolicy'].maxReceiveCount).toBe(5);
    expect(readable(template, queue['RedrivePolicy'].deadLetterTargetArn)).toBe(`{${name}-dead-letters.Arn}`);
    expect(queue['MessageRetentionPeriod']).toBe(4 * day);
    expect(named(`${name}-dead-letters`)['MessageRetentionPeriod']).toBe(14 * day);
  });

  test.each(NAMES)('the dead letters of %s come from it alone', (name) => {
    const policy = named(`${name}-dead-letters`)['RedriveAllowPolicy'] as Properties;
    expect(policy['redrivePermission']).toBe('byQueue');
    // By name, since references both ways would be a circle.
    expect(policy['sourceQueueArns'].map((arn: unknown) => readable(template, arn))).toEqual([
      `arn:{AWS::Partition}:sqs:{AWS::Region}:{AWS::AccountId}:${name}`,
    ]);
  });

  test.each(NAMES.flatMap((name) => [name, `${name}-dead-letters`]))(
    '%s is encrypted, takes TLS only and holds messages of 1 MiB',
    (name) => {
      expect(named(name)).toMatchObject({ SqsManagedSseEnabled: true, MaximumMessageSize: 1_048_576 });
      const policies = Object.values(propertiesOf(template, 'AWS::SQS::QueuePolicy'));
      const own = policies.filter((policy) => readable(template, policy['Queues'][0]) === `{${name}}`);
      const statements = own
        .flatMap((policy) => policy['PolicyDocument'].Statement as Properties[])
        .filter((statement) => statement['Effect'] !== 'Allow');
      expect(statements).toEqual([
        expect.objectContaining({
          Effect: 'Deny',
          Action: 'sqs:*',
          Principal: { AWS: '*' },
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        }),
      ]);
    },
  );

  test('hides a message at least six times as long as its function may take', () => {
    const functions = propertiesOf(template, 'AWS::Lambda::Function');
    const mappings = Object.values(propertiesOf(template, 'AWS::Lambda::EventSourceMapping'));
    expect(mappings).toHaveLength(5);
    const tooShort = mappings.flatMap((mapping) => {
      const name = readable(template, mapping['EventSourceArn']).replace(/^\{(.*)\.Arn\}$/, '$1');
      const timeout = functions[mapping['FunctionName'].Ref]?.['Timeout'] as number;
      return named(name)['VisibilityTimeout'] >= 6 * timeout ? [] : [name];
    });
    expect(tooShort).toEqual([]);
  });
});
