import { expect, test } from 'vitest';
import { createAccessCheck } from '../../../local/runtime/access-check.ts';
import { readConditions } from '../../../local/runtime/judge-conditions.ts';
import { matches } from '../../../local/runtime/iam-pattern.ts';
import { runFixture, TEST_OPERATOR } from '../fixture-stack.ts';
import type { Template } from '../fixture-stack.ts';

const ask = async (url: string, wanted: string): Promise<unknown> =>
  (await fetch(`${url}/v1/ingest/a?do=${wanted}`, { method: 'POST', body: 'x' })).json();

test('a call that the role does not grant is refused with caller, action and resource', async () => {
  const run = await runFixture();
  expect(await ask(run.url, 'denied')).toEqual({
    // The code of the older SQS protocol, which the SDK prefers.
    name: 'AccessDenied',
    message:
      'User: arn:aws:sts::000000000000:assumed-role/Fixture-api/Fixture-api is not authorized to perform: sqs:SendMessage on resource: arn:aws:sqs:eu-central-1:000000000000:Fixture-other because no identity-based policy allows the sqs:SendMessage action',
  });
});

test('remembers what was used: calls, polling and logs', async () => {
  const run = await runFixture();
  await ask(run.url, 'get');
  await ask(run.url, 'denied');
  const of = (service: string, name: string): string =>
    `arn:aws:${service}:eu-central-1:000000000000:${name}`;
  const used = run.usedGrants().map((grant) => `${grant.functionName} ${grant.action} ${grant.resource}`);
  expect(used).toEqual(
    expect.arrayContaining([
      `Fixture-api dynamodb:GetItem ${of('dynamodb', `table/${run.manifest.table}`)}`,
      `Fixture-work sqs:ReceiveMessage ${of('sqs', 'Fixture-work')}`,
      `Fixture-work sqs:DeleteMessage ${of('sqs', 'Fixture-work')}`,
    ]),
  );
  expect(used.filter((line) => line.includes('Fixture-other'))).toEqual([]);
});

const withStatement =
  (statement: object) =>
  (template: Template): void => {
    const role = template.Resources['apiRole']?.['Properties'] as {
      Policies: { PolicyDocument: { Statement: object[] } }[];
    };
    role.Policies[0]?.PolicyDocument.Statement.push(statement);
  };

test('an explicit denial wins over every grant', async () => {
  const change = withStatement({ Effect: 'Deny', Action: 'dynamodb:*', Resource: '*' });
  const run = await runFixture({ change });
  const answer = await fetch(`${run.url}/v1/ingest/a?do=get`, { method: 'POST' });
  expect(answer.status).toBe(500);
});

test('a condition that would be judged wrongly stops the start', async () => {
  const change = withStatement({
    Effect: 'Allow',
    Action: 's3:*',
    Resource: '*',
    Condition: { StringEquals: { 'aws:SourceVpc': 'vpc-1' } },
  });
  await expect(runFixture({ change })).rejects.toThrow(
    'apiRole: the local run does not judge the condition key aws:SourceVpc',
  );
});

test('an event source mapping whose role may not receive stops the start', async () => {
  const change = (template: Template): void => {
    template.Resources['workRole'] = template.Resources['watchRole'] ?? {};
  };
  await expect(runFixture({ change })).rejects.toThrow(
    'WorkMapping: the role of Fixture-work does not grant sqs:ReceiveMessage',
  );
});

test('policies attached to a role count like inline ones', async () => {
  const run = await runFixture({
    change: (template) => {
      template.Resources['More'] = {
        Type: 'AWS::IAM::Policy',
        Properties: {
          PolicyName: 'more',
          Roles: [{ Ref: 'apiRole' }],
          PolicyDocument: {
            Statement: [
              { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: { 'Fn::GetAtt': ['Other', 'Arn'] } },
            ],
          },
        },
      };
    },
  });
  expect(await ask(run.url, 'denied')).toEqual({ name: 'allowed' });
});

test('keys of functions are told apart from the operator, and any other key is nobody', () => {
  const access = createAccessCheck(TEST_OPERATOR);
  const keys = access.addFunction('f', []);
  expect(access.identityOf(keys.accessKeyId)).toEqual({ ...keys, functionName: 'f' });
  expect(access.identityOf(TEST_OPERATOR.accessKeyId)).toEqual(TEST_OPERATOR);
  expect(access.identityOf('AKIAOTHER')).toBeUndefined();
});

test('what a role is denied to code, Lambda itself may do with it', () => {
  const access = createAccessCheck(TEST_OPERATOR);
  const wish = {
    action: 'ec2:CreateNetworkInterface',
    resource: 'arn:aws:ec2:eu-central-1:000000000000:subnet/s',
  };
  const statement = { actions: [wish.action], resources: ['*'] };
  access.addFunction('f', [
    { ...statement, effect: 'Allow', conditions: [] },
    {
      ...statement,
      effect: 'Deny',
      conditions: readConditions(
        { ArnEquals: { 'lambda:SourceFunctionArn': 'arn:aws:lambda:eu-central-1:000000000000:function:f' } },
        'role',
      ),
    },
  ]);
  expect(() => access.requireOfCode('f', [wish])).toThrow('is not authorized to perform');
  expect(() => access.require('f', [wish])).not.toThrow();
});

test('what code was allowed once is asked again where the request says more, and where a role has changed', () => {
  const access = createAccessCheck(TEST_OPERATOR);
  const wish = {
    action: 'ses:SendRawEmail',
    resource: 'arn:aws:ses:eu-central-1:000000000000:identity/a.test',
  };
  const from = (address: string) => ({ ...wish, context: { 'ses:FromAddress': [address] } });
  const conditions = readConditions({ StringEquals: { 'ses:FromAddress': 'alerts@a.test' } }, 'role');
  const statement = { effect: 'Allow' as const, actions: [wish.action], resources: ['*'], conditions };
  access.addFunction('f', [statement]);
  access.requireOfCode('f', [from('alerts@a.test')]);
  expect(() => access.requireOfCode('f', [from('else@a.test')])).toThrow('is not authorized to perform');
  access.addFunction('f', [{ ...statement, conditions: [] }]);
  access.requireOfCode('f', [wish]);
  access.addFunction('f', []);
  expect(() => access.requireOfCode('f', [wish])).toThrow('is not authorized to perform');
});

test.each([
  ['*', 'anything', true],
  ['sqs:Send*', 'sqs:SendMessage', true],
  ['sqs:Send', 'sqs:SendMessage', false],
  ['a?c', 'abc', true],
  ['a?c', 'abbc', false],
  ['secret:Tocsin/source/*', 'secret:Tocsin/source/x-AbCdEf', true],
  ['secret:Tocsin/source/*', 'secret:Tocsin/destination/x', false],
  ['a.c', 'abc', false],
])('the pattern %s fits %s: %s', (pattern, text, expected) => {
  expect(matches(pattern, text)).toBe(expected);
});
