import { describe, expect, test } from 'vitest';
import { LOCAL_ACCOUNT } from '../../../local/emulators/account.ts';
import { MEANINGLESS_PROPERTIES, MEANINGLESS_TYPES } from '../../../local/template/meaningless-locally.ts';
import { createResolver } from '../../../local/template/resolve.ts';
import { SUPPORTED_PROPERTIES } from '../../../local/template/supported-properties.ts';
import { runFixture } from '../fixture-stack.ts';
import type { Template } from '../fixture-stack.ts';

const setProperty =
  (id: string, name: string, value: unknown) =>
  (template: Template): void => {
    Object.assign(template.Resources[id]?.['Properties'] as object, { [name]: value });
  };

describe('what the local run does not know stops the start', () => {
  test.each<[string, (template: Template) => void, string]>([
    [
      'a type',
      (template) => {
        template.Resources['Store'] = { Type: 'AWS::S3::Bucket' };
      },
      'resource Store: the local run does not support the type AWS::S3::Bucket',
    ],
    [
      'a property',
      setProperty('Work', 'FifoQueue', true),
      'resource Work (AWS::SQS::Queue): the local run does not support the property FifoQueue',
    ],
    [
      'a property inside of a property',
      setProperty('Work', 'RedrivePolicy', { deadLetterTargetArn: 'a', maxReceiveCount: 1, other: 1 }),
      'resource Work (AWS::SQS::Queue): the local run does not support the property RedrivePolicy.other',
    ],
    [
      'a property inside of a list',
      setProperty('Table', 'GlobalSecondaryIndexes', [{ IndexName: 'i', WarmThroughput: {} }]),
      'the local run does not support the property GlobalSecondaryIndexes[].WarmThroughput',
    ],
    [
      'filters of an event source mapping',
      setProperty('WorkMapping', 'FilterCriteria', {}),
      'resource WorkMapping (AWS::Lambda::EventSourceMapping): the local run does not support the property FilterCriteria',
    ],
    [
      'a condition on a resource',
      (template) => {
        Object.assign(template.Resources['Work'] ?? {}, { Condition: 'C' });
      },
      'resource Work (AWS::SQS::Queue): the local run does not read Condition',
    ],
    [
      'a section',
      (template) => {
        template['Mappings'] = {};
      },
      'the local run does not read the template section Mappings',
    ],
    [
      'a template function',
      setProperty('Work', 'QueueName', { 'Fn::FindInMap': ['a', 'b', 'c'] }),
      'Work.QueueName: the local run does not know the template function Fn::FindInMap',
    ],
    ['a reference', setProperty('Work', 'QueueName', { Ref: 'Nope' }), 'the template refers to Nope'],
    [
      'an attribute',
      setProperty('Work', 'QueueName', { 'Fn::GetAtt': ['Table', 'StreamArn'] }),
      'does not know the attribute StreamArn of Table',
    ],
    [
      'a cron schedule',
      setProperty('Every', 'ScheduleExpression', 'cron(0 1 * * ? *)'),
      'follows rate(…) schedules only',
    ],
    ['a named stage', setProperty('Stage', 'StageName', 'prod'), 'supports StageName $default, not prod'],
    [
      'an authorizer',
      setProperty('Route', 'AuthorizationType', 'JWT'),
      'supports AuthorizationType NONE, not JWT',
    ],
    ['another runtime', setProperty('api', 'Runtime', 'python3.14'), 'runs Node.js functions only'],
    [
      'code that is no asset',
      setProperty('api', 'Code', { S3Key: 'other.zip' }),
      'no asset for the code other.zip',
    ],
  ])('%s', async (_, change, message) => {
    await expect(runFixture({ change })).rejects.toThrow(message);
  });
});

test('what is passed over is passed over for a reason, and never also honoured', () => {
  const reasons = [
    ...Object.entries(MEANINGLESS_TYPES),
    ...Object.values(MEANINGLESS_PROPERTIES).flatMap((properties) => Object.entries(properties)),
  ];
  expect(reasons.filter(([, reason]) => reason.length < 6)).toEqual([]);
  expect(Object.keys(MEANINGLESS_TYPES).filter((type) => type in SUPPORTED_PROPERTIES)).toEqual([]);
  for (const [type, properties] of Object.entries(MEANINGLESS_PROPERTIES)) {
    expect(SUPPORTED_PROPERTIES).toHaveProperty([type]);
    expect(Object.keys(properties).filter((name) => SUPPORTED_PROPERTIES[type]?.includes(name))).toEqual([]);
  }
});

const resolve = createResolver({
  stackName: 'Stack',
  account: LOCAL_ACCOUNT,
  parameters: new Map([['Given', 'given']]),
  identityOf: (id) => ({ ref: `ref-${id}`, attributes: { Arn: `arn-${id}`, 'A.B': 'deep' } }),
});

test.each<[unknown, unknown]>([
  [{ Ref: 'Thing' }, 'ref-Thing'],
  [{ Ref: 'Given' }, 'given'],
  [{ Ref: 'AWS::Region' }, 'eu-central-1'],
  [{ a: { Ref: 'AWS::NoValue' }, b: [{ Ref: 'AWS::NoValue' }, 1] }, { b: [1] }],
  [{ 'Fn::GetAtt': ['Thing', 'Arn'] }, 'arn-Thing'],
  [{ 'Fn::GetAtt': 'Thing.A.B' }, 'deep'],
  [{ 'Fn::Join': ['-', ['a', { Ref: 'Thing' }, 3]] }, 'a-ref-Thing-3'],
  [{ 'Fn::Sub': '${Thing}/${Thing.Arn}/${AWS::StackName}/${!kept}' }, 'ref-Thing/arn-Thing/Stack/${kept}'],
  [{ 'Fn::Sub': ['${x}-${Thing}', { x: { Ref: 'Given' } }] }, 'given-ref-Thing'],
  [{ 'Fn::Select': ['1', { 'Fn::Split': ['/', 'a/b/c'] }] }, 'b'],
  [
    { Ref: 'a', other: 1 },
    { Ref: 'a', other: 1 },
  ],
  [
    [true, null, 4],
    [true, null, 4],
  ],
])('%j resolves to %j', (value, expected) => {
  expect(resolve(value, 'here')).toEqual(expected);
});

test.each<[unknown, string]>([
  [{ 'Fn::Join': ['-'] }, 'here: expected two arguments'],
  [{ 'Fn::Join': ['-', 'text'] }, 'here: expected a list'],
  [{ 'Fn::Split': ['-', {}] }, 'here: expected text'],
  [{ 'Fn::If': ['c', 1, 2] }, 'does not know the template function Fn::If'],
])('%j is refused', (value, message) => {
  expect(() => resolve(value, 'here')).toThrow(message);
});
