import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import { App, Stack } from 'aws-cdk-lib/core';
import { afterAll, describe, expect, test } from 'vitest';
import { AWS_EVENTS } from '../../functions/core/model/config/aws-events.ts';
import { memberTemplate } from '../../functions/core/config/member-template.ts';
import { readEventPattern } from '../../local/emulators/eventbridge/event-pattern.ts';
import { createResolver } from '../../local/template/resolve.ts';
import { programOnPath } from '../program-on-path.ts';
import { aTemplate, propertiesOf, type Properties } from './a-template.ts';

const busArn = 'arn:aws:events:eu-central-1:111122223333:event-bus/Tocsin-aws-events';
const folder = mkdtempSync(join(tmpdir(), 'tocsin-member-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const gateway = aTemplate({ awsEvents: [...AWS_EVENTS], organizationId: 'o-exampleorgid' });

/** As `tocsin pack stack-set` prints it. */
const file = join(folder, 'member.json');
writeFileSync(
  file,
  JSON.stringify(memberTemplate({ stack: 'Tocsin', busArn, events: AWS_EVENTS }), undefined, 2),
);
const member = JSON.parse(readFileSync(file, 'utf8')) as {
  Parameters: Record<string, { Default: string }>;
  Resources: Record<string, { Type: string; Properties: Properties }>;
};

/** What CloudFormation makes of it in one account and region. */
function deployed(accountId: string, region: string, bus = member.Parameters['EventBusArn']?.Default ?? '') {
  const resolve = createResolver({
    stackName: 'StackSet-tocsin-1',
    account: { accountId, region },
    parameters: new Map([['EventBusArn', bus]]),
    identityOf: (id) => ({
      ref: `StackSet-tocsin-1-${id}-ABC`,
      attributes: { Arn: `arn:aws:iam::${accountId}:role/StackSet-tocsin-1-${id}-ABC` },
    }),
  });
  return Object.entries(member.Resources).map(([id, { Type, Properties }]) => ({
    id,
    type: Type,
    properties: resolve(Properties, id) as Properties,
  }));
}

describe('the template for member accounts, as CloudFormation reads it', () => {
  test('every type and property is one that CloudFormation knows, every reference leads somewhere', () => {
    const stack = new Stack(new App(), 'Member');
    new CfnInclude(stack, 'Template', { templateFile: file });
    const read = Template.fromStack(stack).toJSON() as typeof member;
    expect(read.Resources).toEqual(member.Resources);
    expect(read.Parameters['EventBusArn']).toEqual(member.Parameters['EventBusArn']);
  });

  test('in each account and region it is the same but for what it is in, and nothing has a name of its own', () => {
    const here = deployed('222233334444', 'us-east-1');
    const there = deployed('555566667777', 'eu-west-1');
    expect(JSON.stringify(there)).toBe(JSON.stringify(here).replaceAll('222233334444', '555566667777'));
    for (const { properties } of here) {
      expect(Object.keys(properties).filter((name) => /^(?:Role)?Name$/u.test(name))).toEqual([]);
    }
  });

  test('EventBridge of the account alone may take the role, for the bus alone', () => {
    const role = deployed('222233334444', 'us-east-1').find(({ type }) => type === 'AWS::IAM::Role');
    expect(role?.properties['AssumeRolePolicyDocument'].Statement).toEqual([
      {
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sts:AssumeRole',
        Condition: { StringEquals: { 'aws:SourceAccount': '222233334444' } },
      },
    ]);
    expect(role?.properties['Policies'][0].PolicyDocument.Statement).toEqual([
      { Effect: 'Allow', Action: 'events:PutEvents', Resource: busArn },
    ]);
  });

  test('the bus of another gateway takes the place of the one it was printed for, everywhere', () => {
    const other = 'arn:aws:events:us-east-1:999988887777:event-bus/Other-aws-events';
    const text = JSON.stringify(deployed('222233334444', 'us-east-1', other));
    expect(text).not.toContain(busArn);
    expect(text.split(other)).toHaveLength(AWS_EVENTS.length + 2);
  });

  test.each(readdirSync(new URL('../fixtures/formats/aws-event/', import.meta.url)))(
    'what happens in a member account goes over the bus to the queue: %s',
    (name) => {
      const url = new URL(`../fixtures/formats/aws-event/${name}`, import.meta.url);
      const event = { ...(JSON.parse(readFileSync(url, 'utf8')) as object), account: '222233334444' };
      const takes = (pattern: unknown): boolean => readEventPattern(pattern)(event);
      const forwarding = deployed('222233334444', 'us-east-1')
        .map(({ properties }) => properties)
        .filter((properties) => 'EventPattern' in properties && takes(properties['EventPattern']));
      expect(
        forwarding.flatMap(({ Targets }) => (Targets as Properties[]).map(({ Arn }) => String(Arn))),
      ).toEqual([busArn]);
      const onTheBus = Object.values(propertiesOf(gateway, 'AWS::Events::Rule')).filter(
        ({ EventBusName, EventPattern }) => EventBusName !== undefined && takes(EventPattern),
      );
      expect(onTheBus).toHaveLength(1);
    },
  );
});

const LINT = 'cfn-lint';
test.skipIf(programOnPath(LINT) === undefined)(
  `${LINT} finds nothing in it (skipped where ${LINT} is not installed)`,
  () => {
    const { status, stdout, stderr } = spawnSync(LINT, ['--', file], { encoding: 'utf8' });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
  },
);
