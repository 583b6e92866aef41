import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readEventPattern } from '../../../local/emulators/eventbridge/event-pattern.ts';
import { AWS_EVENTS, awsEventKind } from '../../../functions/core/model/config/aws-events.ts';
import { memberTemplate } from '../../../functions/core/config/member-template.ts';
import { aTemplate, propertiesOf, readable, type Properties } from '../a-template.ts';

const FIXTURES = new URL('../../fixtures/formats/aws-event/', import.meta.url);
const SAMPLES = new URL('../../../../shared/samples/', import.meta.url);
const read = (url: URL): Record<string, unknown> =>
  JSON.parse(readFileSync(url, 'utf8')) as Record<string, unknown>;
const event = (name: string) => read(new URL(`${name}.json`, FIXTURES));

const template = aTemplate({ awsEvents: [...AWS_EVENTS], organizationId: 'o-exampleorgid' });
const rules = Object.values(propertiesOf(template, 'AWS::Events::Rule')).filter(({ Name }) =>
  /-(?:own|organization)$/u.test(String(Name)),
);
const taking = (given: unknown) =>
  rules.filter(({ EventPattern }) => readEventPattern(EventPattern)(given)).map(({ Name }) => String(Name));

describe('the AWS door', () => {
  test('is not there unless it is asked for', () => {
    const without = aTemplate();
    expect(JSON.stringify(without.toJSON())).not.toContain('aws-events');
    expect(Object.keys(propertiesOf(without, 'AWS::Events::EventBus'))).toEqual([]);
  });

  test.each(readdirSync(FIXTURES).filter((file) => file.endsWith('.json')))(
    'takes %s by the rule of its service, on both buses, and knows whose it is',
    (file) => {
      const given = read(new URL(file, FIXTURES));
      const kind = awsEventKind(given);
      expect(taking(given)).toEqual([`Tocsin-${kind}-own`, `Tocsin-${kind}-organization`]);
    },
  );

  test.each<[string, string, Record<string, unknown>]>([
    ['a backup that went well', 'backup', { state: 'COMPLETED' }],
    ['an alarm of the gateway itself', 'cloudwatch-alarm', { alarmName: 'Tocsin-alerts-dead-letters' }],
    ['a sign-in of somebody else', 'root-login', { userIdentity: { type: 'IAMUser' } }],
  ])('does not take %s', (_what, name, changed) => {
    const given = event(name);
    expect(taking({ ...given, detail: { ...(given['detail'] as object), ...changed } })).toEqual([]);
  });

  test.each<[string, string, string]>([
    ['the preview of an access', 'access-analyzer', 'Access Preview State Change'],
    ['an insight', 'security-hub', 'Security Hub Insight Results'],
    ['coverage', 'inspector', 'Inspector2 Coverage'],
  ])('does not take %s', (_what, name, detailType) => {
    expect(taking({ ...event(name), 'detail-type': detailType })).toEqual([]);
  });

  test('takes what ends a finding as it takes its beginning', () => {
    const ok = { ...(event('cloudwatch-alarm')['detail'] as object), state: { value: 'OK' } };
    expect(taking({ ...event('cloudwatch-alarm'), detail: ok })).toHaveLength(2);
    const config = event('config');
    const compliant = {
      ...(config['detail'] as object),
      newEvaluationResult: { complianceType: 'COMPLIANT' },
    };
    expect(taking({ ...config, detail: compliant })).toHaveLength(2);
  });

  test('every rule hands over to the queue alone, with the dead-letter queue behind it', () => {
    expect(rules).toHaveLength(2 * AWS_EVENTS.length);
    for (const { Targets } of rules) {
      expect(Targets).toHaveLength(1);
      expect(readable(template, Targets[0].Arn)).toBe('{Tocsin-aws-events.Arn}');
      expect(readable(template, Targets[0].DeadLetterConfig.Arn)).toBe(
        '{Tocsin-aws-events-dead-letters.Arn}',
      );
      expect(Targets[0].RetryPolicy).toEqual({ MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 });
    }
  });

  test('only its rules may send to the two queues', () => {
    const policies = Object.values(propertiesOf(template, 'AWS::SQS::QueuePolicy')).filter(({ Queues }) =>
      readable(template, Queues[0]).startsWith('{Tocsin-aws-events'),
    );
    expect(policies).toHaveLength(2);
    for (const { PolicyDocument } of policies) {
      const allows = (PolicyDocument.Statement as Properties[]).filter(({ Effect }) => Effect === 'Allow');
      expect(allows).toHaveLength(1);
      expect(allows[0]).toMatchObject({
        Action: 'sqs:SendMessage',
        Principal: { Service: 'events.amazonaws.com' },
      });
      const sources = allows[0]?.['Condition'].ArnLike['aws:SourceArn'] as unknown[];
      expect(sources.map((source) => readable(template, source).split(':').at(-1))).toEqual([
        'rule/Tocsin-*-own',
        expect.stringMatching(/\/Tocsin-\*-organization$/u),
      ]);
    }
  });

  test('the bus takes events of the organization and of nobody else', () => {
    const policies = Object.values(propertiesOf(template, 'AWS::Events::EventBusPolicy'));
    expect(policies).toHaveLength(1);
    expect(policies[0]?.['Statement']).toMatchObject({
      Effect: 'Allow',
      Action: 'events:PutEvents',
      Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-exampleorgid' } },
    });
  });

  test('without an organization there is no bus and one rule for each service', () => {
    const own = aTemplate({ awsEvents: ['guardduty'] });
    expect(Object.keys(propertiesOf(own, 'AWS::Events::EventBus'))).toEqual([]);
    const names = Object.values(propertiesOf(own, 'AWS::Events::Rule')).map(({ Name }) => String(Name));
    expect(names.filter((name) => name.startsWith('Tocsin-guardduty'))).toEqual(['Tocsin-guardduty-own']);
  });

  test('has alarms, each with its article', () => {
    const names = Object.values(propertiesOf(template, 'AWS::CloudWatch::Alarm')).map(({ AlarmName }) =>
      String(AlarmName).replace('Tocsin-', ''),
    );
    const own = names.filter((name) => name.includes('aws-events'));
    expect(own.toSorted()).toEqual([
      'aws-events-dead-letters',
      'aws-events-oldest-message',
      'aws-events-organization-undelivered',
      'aws-events-undelivered',
      'ingest-aws-events-errors',
      'ingest-aws-events-throttles',
    ]);
    for (const name of own) {
      expect(existsSync(new URL(`../../../docs/runbook/${name}.md`, import.meta.url)), name).toBe(true);
    }
  });
});

describe('the template for member accounts', () => {
  const busArn = 'arn:aws:events:eu-central-1:111122223333:event-bus/Tocsin-aws-events';
  const member = memberTemplate({ stack: 'Tocsin', busArn, events: AWS_EVENTS }) as {
    Parameters: Record<string, { Default: string; AllowedPattern: string }>;
    Resources: Record<string, { Type: string; Properties: Properties }>;
  };
  const forwarding = Object.values(member.Resources).filter(({ Type }) => Type === 'AWS::Events::Rule');

  test('forwards what the rules of the gateway take, and nothing else', () => {
    const patterns = rules.map(({ EventPattern }) => JSON.stringify(EventPattern));
    expect(forwarding).toHaveLength(AWS_EVENTS.length);
    for (const { Properties: rule } of forwarding) {
      expect(patterns).toContain(JSON.stringify(rule['EventPattern']));
      expect(rule['Targets']).toEqual([
        { Id: 'Tocsin', Arn: { Ref: 'EventBusArn' }, RoleArn: { 'Fn::GetAtt': ['ForwardRole', 'Arn'] } },
      ]);
    }
  });

  test('its role may put events onto the bus and nothing more', () => {
    const { Policies = [] } = member.Resources['ForwardRole']?.Properties ?? {};
    const [policy] = Policies as Properties[];
    expect(policy?.['PolicyDocument'].Statement).toEqual([
      { Effect: 'Allow', Action: 'events:PutEvents', Resource: { Ref: 'EventBusArn' } },
    ]);
  });

  test('names the bus of the gateway, and takes that of another', () => {
    const { Default, AllowedPattern } = member.Parameters['EventBusArn'] ?? {
      Default: '',
      AllowedPattern: '',
    };
    expect(Default).toBe(busArn);
    expect(new RegExp(AllowedPattern, 'u').test(busArn)).toBe(true);
    expect(Object.keys(member.Resources).every((id) => /^[A-Za-z0-9]+$/u.test(id))).toBe(true);
    expect(JSON.stringify(member).length).toBeLessThan(51_200);
  });
});

describe.skipIf(!existsSync(SAMPLES))('events that others have published', () => {
  const notify = (name: string) => read(new URL(`aws-notify-slack/functions/events/${name}.json`, SAMPLES));
  const field = (name: string) => read(new URL(`field/${name}.json`, SAMPLES));

  test.each<[string, () => object, string]>([
    // These leave `source` out, which every event has.
    ['GuardDuty', () => ({ ...notify('guardduty_finding_high'), source: 'aws.guardduty' }), 'guardduty'],
    ['Health', () => notify('aws_health_event'), 'health'],
    ['Inspector', () => field('07a-inspector2-active'), 'inspector'],
    ['Inspector, closed', () => field('07b-inspector2-closed'), 'inspector'],
    ['Config', () => field('09-config-noncompliant'), 'config'],
    ['Access Analyzer', () => field('10-access-analyzer'), 'access-analyzer'],
    ['a sign-in of root', () => field('11-cloudtrail-root-login'), 'root-login'],
    [
      'Security Hub v2',
      () => ({
        ...event('security-hub-v2'),
        detail: { findings: read(new URL('security-hub-v2/fixtures/samples.json', SAMPLES)) },
      }),
      'security-hub',
    ],
  ])('%s is taken', (_what, given, kind) => {
    expect(taking(given())).toEqual([`Tocsin-${kind}-own`, `Tocsin-${kind}-organization`]);
  });
});
