import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { planConcurrency } from '../../cdk/concurrency.ts';
import { parseManifest } from '../../functions/adapters/operator/manifest.ts';
import { privateQueuesOf, type Manifest } from '../../functions/core/model/config/manifest.ts';
import { aStack, aTemplate, PRIVATE_NETWORK, propertiesOf, readable } from './a-template.ts';
import type { Properties } from './a-template.ts';

const without = aTemplate();
const template = aTemplate({ privateNetwork: PRIVATE_NETWORK });
type Resources = Record<string, { Type: string; Properties: Properties }>;
const resourcesOf = (of: typeof template): Resources => of.toJSON()['Resources'] as Resources;

function functionNamed(name: string, of = template): Properties {
  const found = Object.values(propertiesOf(of, 'AWS::Lambda::Function')).find(
    ({ FunctionName }) => FunctionName === `Tocsin-${name}`,
  );
  if (found === undefined) throw new Error(`the template has no function ${name}`);
  return found;
}

/** The statements of a function's role, their resources as text. */
function statementsOf(name: string, of = template): Properties[] {
  const role: unknown = functionNamed(name, of)['Role']['Fn::GetAtt'][0];
  return Object.values(propertiesOf(of, 'AWS::IAM::Policy'))
    .filter(({ Roles }) => Roles.some(({ Ref }: { Ref: string }) => Ref === role))
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement as Properties[])
    .map((statement) => ({
      ...statement,
      Action: [statement['Action']].flat(),
      Resource: [statement['Resource']].flat().map((resource) => readable(of, resource)),
    }));
}
const sendsTo = (name: string, of = template): string[] =>
  statementsOf(name, of)
    .filter(({ Action }) => Action.includes('sqs:SendMessage'))
    .flatMap(({ Resource }) => Resource as string[]);
const variablesOf = (name: string): Record<string, string> =>
  Object.fromEntries(
    Object.entries(functionNamed(name)['Environment'].Variables as object).map(([key, value]) => [
      key,
      readable(template, value),
    ]),
  );
const ec2 = (rest: string): string => `arn:{AWS::Partition}:ec2:{AWS::Region}:{AWS::AccountId}:${rest}`;

/** What CloudFormation puts into the manifest: ARNs, URLs of queues, the table's generated name, the region. */
function deployed(manifest: string): string {
  const region = 'cn-northwest-1';
  return manifest
    .replaceAll(/\{([\w-]+)\.Arn\}/g, `arn:aws-cn:sqs:${region}:111122223333:$1`)
    .replaceAll('{AWS::Region}', region)
    .replaceAll('{table}', `${'a'.repeat(40)}-StorageTableB43FDCE7-ABCDEFGHIJKLM`)
    .replaceAll(/"\{([\w-]+)\}"/g, `"https://sqs.${region}.amazonaws.com.cn/111122223333/$1"`);
}

describe('a stack with a private network', () => {
  test('has what one without has, under the same names', () => {
    const [before, after] = [without, template].map(resourcesOf);
    for (const [id, { Type }] of Object.entries(before ?? {})) expect(after?.[id]?.Type).toBe(Type);
  });

  test('keeps every logical id beyond those, written down in logical-ids-private.txt', async () => {
    const before = resourcesOf(without);
    const added = Object.entries(resourcesOf(template)).filter(([id]) => before[id] === undefined);
    const lines = added.map(([id, { Type }]) => `${Type} ${id}`).toSorted();
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('logical-ids-private.txt');
  });

  test('has one function in it, and no other', () => {
    const inside = Object.values(propertiesOf(template, 'AWS::Lambda::Function')).filter(
      ({ VpcConfig }) => VpcConfig !== undefined,
    );
    expect(inside.map(({ FunctionName, VpcConfig }) => [FunctionName, VpcConfig] as unknown)).toEqual([
      [
        'Tocsin-deliver-private-webhook',
        {
          SubnetIds: PRIVATE_NETWORK.subnetIds,
          SecurityGroupIds: PRIVATE_NETWORK.securityGroupIds,
          Ipv6AllowedForDualStack: true,
        },
      ],
    ]);
  });

  test('asks for IPv6 only where a range of it is opened: other subnets have none', () => {
    const only4 = aTemplate({ privateNetwork: { ...PRIVATE_NETWORK, egressAllow: ['10.0.0.0/8'] } });
    expect(functionNamed('deliver-private-webhook', only4)['VpcConfig']).not.toHaveProperty(
      'Ipv6AllowedForDualStack',
    );
  });

  test('runs the code of the public function there', () => {
    const [own, other] = ['deliver-private-webhook', 'deliver-webhook'].map((name) => functionNamed(name));
    for (const property of ['Code', 'Handler', 'Runtime', 'Timeout', 'MemorySize', 'RecursiveLoop']) {
      expect(own?.[property]).toEqual(other?.[property]);
    }
  });

  test('tells each function its own lanes, and where it hands over what is for the other', () => {
    expect(variablesOf('deliver-private-webhook')).toMatchObject({
      TOCSIN_PRIVATE_RANGES: '10.0.0.0/8,fd00::/8',
      TOCSIN_WEBHOOK_QUEUE_URL: '{Tocsin-private-webhook}',
      TOCSIN_WEBHOOK_RETRY_QUEUE_URL: '{Tocsin-private-webhook-retry}',
      TOCSIN_WEBHOOK_DEAD_LETTER_URL: '{Tocsin-private-webhook-dead-letters}',
      TOCSIN_OTHER_NETWORK_QUEUE_URL: '{Tocsin-webhook}',
    });
    const publicOne = variablesOf('deliver-webhook');
    expect(publicOne).toMatchObject({
      TOCSIN_WEBHOOK_QUEUE_URL: '{Tocsin-webhook}',
      TOCSIN_OTHER_NETWORK_QUEUE_URL: '{Tocsin-private-webhook}',
    });
    expect(publicOne).not.toHaveProperty('TOCSIN_PRIVATE_RANGES');
    expect(variablesOf('route')).toHaveProperty(
      'TOCSIN_PRIVATE_WEBHOOK_QUEUE_URL',
      '{Tocsin-private-webhook}',
    );
  });

  test('opens the ranges in the template and in no other place that a function reads', () => {
    const holders = Object.values(propertiesOf(template, 'AWS::Lambda::Function')).filter((properties) =>
      JSON.stringify(properties).includes('fd00::/8'),
    );
    expect(holders.map(({ FunctionName }): unknown => FunctionName)).toEqual([
      'Tocsin-deliver-private-webhook',
    ]);
    expect(JSON.stringify(template.toJSON())).not.toContain('TOCSIN_EGRESS_ALLOW');
  });

  test('lets Lambda make network interfaces in these subnets with these groups, and the code nothing of it', () => {
    const about = statementsOf('deliver-private-webhook').filter(({ Action }) =>
      Action.some((action: string) => action.startsWith('ec2:')),
    );
    const allowed = about.filter(({ Effect }) => Effect === 'Allow');
    expect(allowed.map((one): unknown[] => [one['Action'], one['Resource']])).toEqual([
      [
        ['ec2:CreateNetworkInterface'],
        [
          ec2('network-interface/*'),
          ec2('security-group/sg-0a1b2c3d4e5f67890'),
          ec2('subnet/subnet-0a1b2c3d4e5f67890'),
          ec2('subnet/subnet-0a1b2c3d4e5f67891'),
        ],
      ],
      [['ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets'], ['*']],
      [['ec2:DeleteNetworkInterface'], [ec2('*/*')]],
      [['ec2:AssignPrivateIpAddresses', 'ec2:UnassignPrivateIpAddresses'], [ec2('network-interface/*')]],
    ]);
    const [denied, ...more] = about.filter(({ Effect }) => Effect === 'Deny');
    expect(more).toEqual([]);
    expect(new Set(denied?.['Action'])).toEqual(new Set(allowed.flatMap(({ Action }) => Action as string[])));
    expect(readable(template, denied?.['Condition'].ArnEquals['lambda:SourceFunctionArn'])).toMatch(
      /:function:Tocsin-deliver-private-webhook$/,
    );
  });

  test('lets it do what the public function may, on its own lanes', () => {
    const grants = (name: string): string[] =>
      statementsOf(name)
        .filter(({ Effect }) => Effect === 'Allow')
        .flatMap(({ Action, Resource }) =>
          (Action as string[]).flatMap((action) =>
            (Resource as string[]).map((resource) => `${action} ${resource}`),
          ),
        )
        .filter((grant) => !/^(?:logs|ec2):/.test(grant))
        .toSorted();
    const swapped = grants('deliver-webhook').map((grant) =>
      grant.replace(/\{Tocsin-(private-)?webhook/, (_, isPrivate) =>
        isPrivate === undefined ? '{Tocsin-private-webhook' : '{Tocsin-webhook',
      ),
    );
    expect(grants('deliver-private-webhook')).toEqual(swapped.toSorted());
  });

  test('lets router, watcher and public function send into the fast lane, where there is one', () => {
    for (const name of ['route', 'watch-deliveries', 'deliver-webhook']) {
      expect(sendsTo(name)).toContain('{Tocsin-private-webhook.Arn}');
      expect(sendsTo(name, without)).not.toContain('{Tocsin-private-webhook.Arn}');
    }
  });

  test.each([
    [10, 2, 2],
    [100, 10, 5],
    [1_000, 10, 5],
  ])(
    'with a concurrency of %i works the lanes off with %i and %i batches at a time',
    (concurrency, fast, slow) => {
      const own = aTemplate({ privateNetwork: PRIVATE_NETWORK, concurrency });
      const atATime = Object.values(propertiesOf(own, 'AWS::Lambda::EventSourceMapping'))
        .filter(({ EventSourceArn }) => readable(own, EventSourceArn).startsWith('{Tocsin-private'))
        .map(({ ScalingConfig }): unknown => ScalingConfig.MaximumConcurrency);
      expect(atATime).toEqual([fast, slow]);
    },
  );

  test.each([
    [10, 1],
    [23, 1],
    [24, 0],
    [1_000, 0],
  ])('with a concurrency of %i warns %i times that ingestion has less room', (concurrency, count) => {
    const stack = aStack({ privateNetwork: PRIVATE_NETWORK, concurrency });
    const warnings = Annotations.fromStack(stack).findWarning(
      '*',
      Match.stringLikeRegexp('private-lane-concurrency'),
    );
    expect(warnings).toHaveLength(count);
    const { reservedForIngest: _, ...queues } = planConcurrency(concurrency, { hasPrivateLane: true });
    const forQueues = Object.values(queues).reduce((sum, share) => sum + share, 0);
    expect(forQueues * 10 <= concurrency * 6).toBe(count === 0);
  });

  test('takes nothing from what ingestion keeps, and never more than there is from 24 on', () => {
    for (const concurrency of [24, 50, 100, 283, 314, 500, 1_000]) {
      const { reservedForIngest = 0, ...queues } = planConcurrency(concurrency, { hasPrivateLane: true });
      const forQueues = Object.values(queues).reduce((sum, share) => sum + share, 0);
      expect(forQueues + reservedForIngest).toBeLessThanOrEqual(concurrency);
      if (reservedForIngest > 0)
        expect(concurrency - reservedForIngest).toBeGreaterThanOrEqual(100 + forQueues);
    }
  });

  test('says where the lanes are, and still fits into a standard parameter of SSM', () => {
    const own = aTemplate({
      stackName: 'a'.repeat(40),
      emailFrom: `${'a'.repeat(64)}@${'b'.repeat(63)}.${'c'.repeat(63)}.example`,
      awsEvents: ['guardduty'],
      organizationId: 'o-exampleorgid',
      privateNetwork: {
        ...PRIVATE_NETWORK,
        egressAllow: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7'],
      },
      domain: {
        name: `${'d'.repeat(63)}.${'e'.repeat(63)}.tocsin.example`,
        certificateArn: 'arn:aws:acm:eu-central-1:111122223333:certificate/abc',
      },
    });
    const [parameter] = Object.values(propertiesOf(own, 'AWS::SSM::Parameter'));
    const value = deployed(readable(own, parameter?.['Value']));
    const manifest = JSON.parse(value) as Manifest;
    expect(manifest.privateLane?.egressAllow).toContain('fc00::/7');
    expect(value.length).toBeLessThanOrEqual(4_096);
    expect(parseManifest(value, 'parameter').awsEventsQueue?.deadLetterUrl).toMatch(
      /-aws-events-dead-letters$/,
    );
  });

  test('has the queues that follow from the manifest', () => {
    const [parameter] = Object.values(propertiesOf(template, 'AWS::SSM::Parameter'));
    const { queues, privateLane } = JSON.parse(
      deployed(readable(template, parameter?.['Value'])),
    ) as Manifest;
    const found = privateQueuesOf({ queues, ...(privateLane !== undefined && { privateLane }) });
    const entry = (name: string) => ({
      url: `https://sqs.cn-northwest-1.amazonaws.com.cn/111122223333/${name}`,
      arn: `arn:aws-cn:sqs:cn-northwest-1:111122223333:${name}`,
      deadLetterUrl: `https://sqs.cn-northwest-1.amazonaws.com.cn/111122223333/${name}-dead-letters`,
      deadLetterArn: `arn:aws-cn:sqs:cn-northwest-1:111122223333:${name}-dead-letters`,
    });
    expect(found).toEqual({
      privateWebhook: entry('Tocsin-private-webhook'),
      privateWebhookRetry: entry('Tocsin-private-webhook-retry'),
    });
    const names = Object.values(propertiesOf(template, 'AWS::SQS::Queue')).map(
      ({ QueueName }): unknown => QueueName,
    );
    for (const { arn, deadLetterArn } of Object.values(found ?? {})) {
      for (const one of [arn, deadLetterArn]) expect(names).toContain(one.split(':').at(-1));
    }
  });

  test('holds names that AWS takes, also with the longest name of a stack', () => {
    const own = aTemplate({ stackName: 'a'.repeat(40), privateNetwork: PRIVATE_NETWORK });
    for (const { FunctionName } of Object.values(propertiesOf(own, 'AWS::Lambda::Function')))
      expect((FunctionName as string).length).toBeLessThanOrEqual(64);
    for (const { QueueName } of Object.values(propertiesOf(own, 'AWS::SQS::Queue')))
      expect((QueueName as string).length).toBeLessThanOrEqual(80);
  });

  test('is refused with ranges that no deployment may open, also by those who use the construct', () => {
    expect(() => aStack({ privateNetwork: { ...PRIVATE_NETWORK, egressAllow: ['0.0.0.0/0'] } })).toThrow(
      /privateNetwork\.egressAllow: "0\.0\.0\.0\/0" holds public addresses/,
    );
  });
});
