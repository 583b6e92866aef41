import { App, Stack, Token } from 'aws-cdk-lib/core';
import { AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, test } from 'vitest';
import { TocsinGateway, type TocsinGatewayProps } from '../../cdk/tocsin-gateway.ts';
import { propertiesOf, readable, type Properties } from './a-template.ts';

function inAnApp(props: Partial<TocsinGatewayProps> = {}): { stack: Stack; gateway: TocsinGateway } {
  const stack = new Stack(
    new App({
      // As in a new app of the CDK: statements of one policy are merged.
      context: { 'aws:cdk:bundling-stacks': [], '@aws-cdk/aws-iam:minimizePolicies': true },
    }),
    'Platform',
  );
  return {
    stack,
    gateway: new TocsinGateway(stack, 'Alerts', { emailFrom: 'alerts@tocsin.example', ...props }),
  };
}

/** `action on resource` of everything that a role of a person may do. */
function grantsOf(grant: (gateway: TocsinGateway, role: Role) => void): string[] {
  const { stack, gateway } = inAnApp();
  const role = new Role(stack, 'Person', { assumedBy: new AccountRootPrincipal() });
  grant(gateway, role);
  const template = Template.fromStack(stack);
  return Object.entries(propertiesOf(template, 'AWS::IAM::Policy'))
    .filter(([id]) => id.startsWith('Person'))
    .flatMap(([, policy]) => policy['PolicyDocument'].Statement as Properties[])
    .flatMap(({ Action, Resource }) =>
      [Action]
        .flat()
        .flatMap((action) =>
          [Resource].flat().map((resource) => `${String(action)} on ${readable(template, resource)}`),
        ),
    );
}

describe('TocsinGateway', () => {
  test('is called as the stack is, and needs nothing but a sender', () => {
    const { stack, gateway } = inAnApp();
    const template = Template.fromStack(stack);
    expect(gateway.manifestParameterName).toBe('/Platform/manifest');
    expect(readable(template, stack.resolve(gateway.ingestUrl))).toMatch(
      /^\{Alerts\w+\.ApiEndpoint\}\/v1\/ingest$/,
    );
    const queues = Object.values(propertiesOf(template, 'AWS::SQS::Queue')).map(({ QueueName }) =>
      String(QueueName),
    );
    expect(queues).toContain('Platform-alerts');
  });

  test('can have a name of its own, so that a stack holds two of them', () => {
    const { stack } = inAnApp({ name: 'Blue' });
    new TocsinGateway(stack, 'Second', { emailFrom: 'alerts@other.example', name: 'Green' });
    const names = Object.values(propertiesOf(Template.fromStack(stack), 'AWS::SSM::Parameter'));
    expect(names.map(({ Name }) => String(Name)).toSorted()).toEqual(['/Blue/manifest', '/Green/manifest']);
  });

  test.each(['1st', 'a'.repeat(41), 'with space'])('refuses the name %j', (name) => {
    expect(() => inAnApp({ name })).toThrow('is not valid; expected letters, digits and hyphens');
  });

  test.each<[Record<string, unknown>, string]>([
    [{ emailFrom: 'alerts' }, 'emailFrom: "alerts" is no e-mail address'],
    [{ operatorEmail: 'Ops <ops@tocsin.example>' }, 'operatorEmail: '],
    // Alerts would expire as they come.
    [{ retentionDays: 0 }, 'retentionDays: "0" is not valid; expected a whole number from 1 to 3650'],
    [{ concurrency: 5 }, 'concurrency: "5" is not valid; expected a whole number from 10 to 100000'],
    [
      { concurrency: Token.asNumber({ Ref: 'Quota' }) },
      'concurrency: is known only when the stack is deployed',
    ],
    [{ existingTable: 'no' }, 'existingTable: "no" is not valid'],
    [{ emailIdentity: 'mailbox' }, 'emailIdentity: '],
    [{ canaryMinutes: 1.5 }, 'canaryMinutes: "1.5" is not valid; expected a whole number from 0 to 60'],
    [{ awsEvents: ['guardduty', 'nope'] }, 'awsEvents: '],
    [{ organizationId: 'o-1' }, 'organizationId: "o-1" is not valid'],
    [
      { privateNetwork: { vpcId: 'v', subnetIds: [], securityGroupIds: [], egressAllow: ['0.0.0.0/0'] } },
      'privateNetwork.egressAllow: ',
    ],
  ])('refuses %j, as tocsin.json would', (props, problem) => {
    expect(() => inAnApp(props)).toThrow(`TocsinGateway: ${problem}`);
  });

  test('says every problem of its props at once, and takes what only the deployment knows', () => {
    expect(() => inAnApp({ retentionDays: 0, concurrency: 1 })).toThrow(/retentionDays: .*; concurrency: /u);
    const address = Token.asString({ Ref: 'Sender' });
    expect(() =>
      inAnApp({ emailFrom: address, operatorEmail: address, existingTable: address }),
    ).not.toThrow();
  });

  test('lets the caller subscribe to its alarms', () => {
    const { stack, gateway } = inAnApp();
    gateway.operatorTopic.addSubscription(new EmailSubscription('ops@tocsin.example'));
    expect(Object.values(propertiesOf(Template.fromStack(stack), 'AWS::SNS::Subscription'))).toMatchObject([
      { Protocol: 'email', Endpoint: 'ops@tocsin.example' },
    ]);
  });

  test('takes events of AWS by a method as by the prop, whatever was made or granted before', () => {
    const byProp = inAnApp({ awsEvents: ['guardduty', 'health'], organizationId: 'o-exampleorgid' });
    const byMethod = inAnApp({ organizationId: 'o-exampleorgid' });
    const people = (stack: Stack, gateway: TocsinGateway): void => {
      const role = (id: string): Role => new Role(stack, id, { assumedBy: new AccountRootPrincipal() });
      gateway.grantOperate(role('Operator'));
      gateway.grantAudit(role('Auditor'));
    };
    people(byProp.stack, byProp.gateway);
    people(byMethod.stack, byMethod.gateway);
    byMethod.gateway.addAwsEvents('guardduty', 'health', 'guardduty');
    // The order of resources within a statement says nothing.
    const sorted = (stack: Stack): unknown =>
      JSON.parse(JSON.stringify(Template.fromStack(stack).toJSON()), (key, value: unknown) =>
        key === 'Resource' && Array.isArray(value)
          ? value.map((one) => JSON.stringify(one)).toSorted()
          : value,
      );
    expect(sorted(byMethod.stack)).toEqual(sorted(byProp.stack));
    expect(byMethod.gateway.awsEventBusArn).toBeDefined();
  });

  test('takes all of them in one call, and says so', () => {
    const { gateway } = inAnApp({ awsEvents: ['guardduty'] });
    expect(() => {
      gateway.addAwsEvents('health');
    }).toThrow('it takes events of guardduty already; name all services in one call');
    expect(() => {
      inAnApp().gateway.addAwsEvents();
    }).toThrow('addAwsEvents needs a service');
  });

  test('lets an operator change and read, and an auditor only read what is no secret', () => {
    const operate = grantsOf((gateway, role) => {
      gateway.grantOperate(role);
    });
    const audit = grantsOf((gateway, role) => {
      gateway.grantAudit(role);
    });
    expect(operate).toEqual(expect.arrayContaining(audit));
    expect(operate.join('\n')).toContain('secretsmanager:CreateSecret on ');
    const actions = audit.map((grant) => grant.split(' on ')[0] ?? '');
    expect(actions.filter((action) => !/^\w+:(?:Get|BatchGet|Query)/u.test(action))).toEqual([]);
    expect(actions.filter((action) => /secret|Receive/iu.test(action))).toEqual([]);
    // SES alone knows no resource for these.
    const everything = operate.filter((grant) => grant.endsWith(' on *'));
    expect(everything.filter((grant) => !grant.startsWith('ses:Get'))).toEqual([]);
  });
});
