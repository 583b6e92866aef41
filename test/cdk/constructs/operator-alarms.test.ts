import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { aTemplate, propertiesOf, readable } from '../a-template.ts';
import type { Properties } from '../a-template.ts';

const template = aTemplate();
const alarms = Object.values(propertiesOf(template, 'AWS::CloudWatch::Alarm'));
const names = alarms.map((alarm) => (alarm['AlarmName'] as string).replace(/^Tocsin-/, ''));
const runbook = new URL('../../../docs/runbook/', import.meta.url);
const named = (name: string): Properties => alarms[names.indexOf(name)] ?? {};

describe('the alarms of the operator', () => {
  test('cover every queue, every function and the answers to sources', () => {
    const queues = ['alerts', 'email', 'webhook', 'webhook-retry', 'email-feedback'];
    const functions = [
      'ingest',
      'watch-sources',
      'route',
      'deliver-email',
      'deliver-webhook',
      'unsubscribe',
      'record-email-feedback',
    ];
    const expected = [
      ...queues.flatMap((queue) => [`${queue}-dead-letters`, `${queue}-oldest-message`]),
      ...functions.flatMap((name) => [`${name}-errors`, `${name}-throttles`]),
      'ingest-server-errors',
      'silent-sources',
    ];
    expect([...names].sort()).toEqual(expected.sort());
  });

  test.each(names)('%s says what happened and where to read on', (name) => {
    const alarm = named(name);
    expect(alarm['AlarmDescription']).toMatch(
      new RegExp(`^[A-Z].{30,}\\. What to do: docs/runbook/${name}\\.md$`),
    );
    expect(alarm['TreatMissingData']).toBe('notBreaching');
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

  test.each(['alerts', 'email', 'webhook', 'webhook-retry', 'email-feedback'])(
    'one dead letter of %s is enough',
    (queue) => {
      const alarm = named(`${queue}-dead-letters`);
      expect(alarm).toMatchObject({
        MetricName: 'ApproximateNumberOfMessagesVisible',
        Statistic: 'Maximum',
        Threshold: 1,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        EvaluationPeriods: 1,
      });
      expect(readable(template, alarm['Dimensions'][0].Value)).toBe(
        `{Tocsin-${queue}-dead-letters.QueueName}`,
      );
    },
  );

  test('a lane where attempts are delayed may wait longer than the longest delay', () => {
    const longestDelay = 900;
    expect(named('email-oldest-message')['Threshold']).toBeGreaterThan(longestDelay);
    expect(named('webhook-retry-oldest-message')['Threshold']).toBeGreaterThan(longestDelay);
    expect(named('webhook-oldest-message')['Threshold']).toBeLessThan(longestDelay);
  });

  test('count silent sources in what the watcher logs', () => {
    const [filter, ...others] = Object.values(propertiesOf(template, 'AWS::Logs::MetricFilter'));
    expect(others).toEqual([]);
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
