import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { aTemplate, PRIVATE_NETWORK, propertiesOf, readable } from '../a-template.ts';
import type { Properties } from '../a-template.ts';

const template = aTemplate({
  awsEvents: ['guardduty'],
  organizationId: 'o-exampleorgid',
  privateNetwork: PRIVATE_NETWORK,
});
const alarms = Object.values(propertiesOf(template, 'AWS::CloudWatch::Alarm'));
const names = alarms.map((alarm) => (alarm['AlarmName'] as string).replace(/^Tocsin-/, ''));
const runbook = new URL('../../../docs/runbook/', import.meta.url);
const filterOf = (metric: string): Properties | undefined =>
  Object.values(propertiesOf(template, 'AWS::Logs::MetricFilter')).find(
    (filter) => filter['MetricTransformations'][0].MetricName === metric,
  );
const named = (name: string): Properties => alarms[names.indexOf(name)] ?? {};

const QUEUES = [
  'alerts',
  'email',
  'webhook',
  'webhook-retry',
  'private-webhook',
  'private-webhook-retry',
  'email-feedback',
  'aws-events',
];

describe('the alarms of the operator', () => {
  test('cover every queue, every function and the answers to sources', () => {
    const queues = QUEUES;
    const functions = [
      'ingest',
      'ingest-aws-events',
      'watch-sources',
      'watch-deliveries',
      'route',
      'deliver-email',
      'deliver-webhook',
      'deliver-private-webhook',
      'unsubscribe',
      'record-email-feedback',
      'run-canary',
      'receive-canary',
    ];
    const expected = [
      ...queues.flatMap((queue) => [`${queue}-dead-letters`, `${queue}-oldest-message`]),
      ...functions.flatMap((name) => [`${name}-errors`, `${name}-throttles`]),
      'ingest-server-errors',
      'attempts-failing',
      'loops-stopped',
      'email-feedback-undelivered',
      'aws-events-undelivered',
      'aws-events-organization-undelivered',
      'silent-sources',
      'watch-sources-stopped',
      'watch-deliveries-stopped',
      'configuration-unreadable',
      'canary-late',
    ];
    expect([...names].sort()).toEqual(expected.sort());
  });

  test.each(names)('%s says what happened and where to read on', (name) => {
    const alarm = named(name);
    expect(alarm['AlarmDescription']).toMatch(
      new RegExp(`^[A-Z].{30,}\\. No data: [a-zA-Z].{20,}\\. What to do: docs/runbook/${name}\\.md$`),
    );
    // What CloudWatch takes.
    expect(alarm['AlarmDescription'].length).toBeLessThanOrEqual(1024);
    expect(alarm['TreatMissingData']).toBe(
      (name.endsWith('-stopped') && name.startsWith('watch-')) || name === 'canary-late'
        ? 'breaching'
        : 'notBreaching',
    );
    expect(readable(template, alarm['AlarmActions'][0])).toMatch(/^\{AlarmsTopic\w+\}$/);
    expect(alarm['OKActions']).toEqual(alarm['AlarmActions']);
  });

  test.each(names)('%s has an article: description, investigation, resolution', (name) => {
    const file = new URL(`${name}.md`, runbook);
    expect(existsSync(file)).toBe(true);
    const headings = readFileSync(file, 'utf8').match(/^#+ .*$/gm);
    expect(headings).toEqual([`# ${name}`, '## Description', '## Investigation', '## Resolution']);
  });

  test('every article of the runbook belongs to an alarm', () => {
    const articles = readdirSync(runbook).filter((file) => file !== 'README.md');
    expect(articles.sort()).toEqual(names.map((name) => `${name}.md`).sort());
  });

  test.each(QUEUES)('one dead letter of %s is enough, also while somebody reads it', (queue) => {
    const { Metrics, ...alarm } = named(`${queue}-dead-letters`) as { Metrics: Properties[] };
    expect(alarm).toMatchObject({
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      EvaluationPeriods: 1,
    });
    expect(Metrics[0]).toMatchObject({
      Expression: `${String(Metrics[1]?.['Id'])} + ${String(Metrics[2]?.['Id'])}`,
    });
    const counted = Metrics.slice(1).map(({ MetricStat, ReturnData }: Properties): unknown[] => [
      MetricStat.Metric.MetricName,
      readable(template, MetricStat.Metric.Dimensions[0].Value),
      MetricStat.Stat,
      ReturnData,
    ]);
    const letters = `{Tocsin-${queue}-dead-letters.QueueName}`;
    expect(counted).toEqual([
      ['ApproximateNumberOfMessagesVisible', letters, 'Maximum', false],
      ['ApproximateNumberOfMessagesNotVisible', letters, 'Maximum', false],
    ]);
  });

  test.each(QUEUES)('the oldest message of %s is older than its delay and one retry', (queue) => {
    const threshold = named(`${queue}-oldest-message`)['Threshold'] as number;
    const { VisibilityTimeout } =
      Object.values(propertiesOf(template, 'AWS::SQS::Queue')).find(
        ({ QueueName }) => QueueName === `Tocsin-${queue}`,
      ) ?? {};
    const delay = ['email', 'webhook-retry', 'private-webhook-retry'].includes(queue) ? 900 : 0;
    expect(threshold).toBeGreaterThan(delay + VisibilityTimeout);
    // And still soon: two receives after that it would be a dead letter.
    expect(threshold).toBeLessThan(delay + 3 * VisibilityTimeout);
    const article = readFileSync(new URL(`${queue}-oldest-message.md`, runbook), 'utf8');
    expect(article).toContain(`${threshold / 60} minutes or more`);
    expect(named(`${queue}-oldest-message`)['AlarmDescription']).toContain(
      `${threshold / 60} minutes or more`,
    );
  });

  test.each([
    ['ingest', 1],
    ['unsubscribe', 1],
    ['route', 3],
    ['deliver-email', 3],
    ['deliver-webhook', 3],
    ['record-email-feedback', 3],
    ['ingest-aws-events', 3],
    ['watch-sources', 3],
  ])('throttles of %s count after %i periods: what is tried again by itself may wait', (name, periods) => {
    expect(named(`${name}-throttles`)).toMatchObject({
      EvaluationPeriods: periods,
      Period: 300,
      Statistic: 'Sum',
    });
  });

  test('one chain that Lambda took for a loop is enough, of any function that it stops', () => {
    const { Metrics, Threshold } = named('loops-stopped') as { Metrics: Properties[]; Threshold: number };
    const stopped = Object.values(propertiesOf(template, 'AWS::Lambda::Function'))
      .filter(({ RecursiveLoop }) => RecursiveLoop !== 'Allow')
      .map(({ FunctionName }): unknown => FunctionName)
      // No function sends to its queue: a chain cannot come through it.
      .filter((name) => name !== 'Tocsin-ingest-aws-events');
    const counted = Metrics.slice(1).map(({ MetricStat }: Properties): unknown => {
      expect(MetricStat).toMatchObject({
        Metric: { Namespace: 'AWS/Lambda', MetricName: 'RecursiveInvocationsDropped' },
        Stat: 'Sum',
      });
      const ref = String(MetricStat.Metric.Dimensions[0].Value.Ref);
      return propertiesOf(template, 'AWS::Lambda::Function')[ref]?.['FunctionName'];
    });
    expect(counted.map(String).toSorted()).toEqual(stopped.map(String).toSorted());
    expect(Threshold).toBe(1);
    // An alarm on an expression takes ten metrics.
    expect(Metrics.length).toBeLessThanOrEqual(10);
  });

  test('the watcher is looked for over three of its runs, and a silent source over the same time', () => {
    const schedule = Object.values(propertiesOf(template, 'AWS::Events::Rule')).find(
      ({ ScheduleExpression }) => ScheduleExpression !== undefined,
    );
    const everyMinutes = Number(
      /^rate\((\d+) minutes\)$/.exec(schedule?.['ScheduleExpression'] as string)?.[1],
    );
    for (const name of ['watch-sources-stopped', 'silent-sources']) {
      expect(named(name)['Period']).toBe(3 * everyMinutes * 60);
    }
    expect(named('watch-sources-stopped')).toMatchObject({
      MetricName: 'Invocations',
      Statistic: 'Sum',
      Threshold: 1,
      ComparisonOperator: 'LessThanThreshold',
    });
  });

  test('count silent sources in what the watcher logs', () => {
    const filter = filterOf('SilentSources');
    expect(filter).toMatchObject({
      FilterPattern: '{ $.event = "sources.watched" }',
      MetricTransformations: [
        { MetricNamespace: 'Tocsin', MetricName: 'SilentSources', MetricValue: '$.silent' },
      ],
    });
    const logs = propertiesOf(template, 'AWS::Logs::LogGroup')[filter?.['LogGroupName'].Ref];
    expect(logs?.['LogGroupName']).toBe('/aws/lambda/Tocsin-watch-sources');
    expect(named('silent-sources')).toMatchObject({
      Namespace: 'Tocsin',
      MetricName: 'SilentSources',
      Statistic: 'Maximum',
      Threshold: 1,
    });
  });

  test('count what of the configuration cannot be read in what the watcher logs', () => {
    const filter = filterOf('UnreadableConfiguration');
    expect(filter).toMatchObject({
      FilterPattern: '{ $.event = "configuration.watched" }',
      MetricTransformations: [{ MetricNamespace: 'Tocsin', MetricValue: '$.unreadable' }],
    });
    const logs = propertiesOf(template, 'AWS::Logs::LogGroup')[filter?.['LogGroupName'].Ref];
    expect(logs?.['LogGroupName']).toBe('/aws/lambda/Tocsin-watch-sources');
    expect(named('configuration-unreadable')).toMatchObject({
      MetricName: 'UnreadableConfiguration',
      Threshold: 1,
      // Longer than the watcher's rest, or the alarm would end between two runs.
      Period: 900,
    });
  });

  test('count the events of SES that EventBridge dropped, by the rule that hands them over', () => {
    const alarm = named('email-feedback-undelivered');
    expect(alarm).toMatchObject({ Namespace: 'AWS/Events', MetricName: 'FailedInvocations', Threshold: 1 });
    const rules = propertiesOf(template, 'AWS::Events::Rule');
    const [rule] = Object.entries(rules).find(([, { Name }]) => Name === 'Tocsin-email-feedback') ?? [];
    expect(alarm['Dimensions']).toEqual([{ Name: 'RuleName', Value: { Ref: rule } }]);
  });

  test('reach the operator when there is one', () => {
    expect(propertiesOf(template, 'AWS::SNS::Subscription')).toEqual({});
    const own = aTemplate({ operatorEmail: 'ops@tocsin.example' });
    expect(Object.values(propertiesOf(own, 'AWS::SNS::Subscription'))).toEqual([
      expect.objectContaining({ Protocol: 'email', Endpoint: 'ops@tocsin.example' }),
    ]);
  });

  test('may be published by CloudWatch of this account, and over TLS only', () => {
    const [policy] = Object.values(propertiesOf(template, 'AWS::SNS::TopicPolicy'));
    expect(policy?.['PolicyDocument'].Statement).toEqual([
      expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
      expect.objectContaining({
        Effect: 'Allow',
        Action: 'sns:Publish',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      }),
    ]);
  });
});
