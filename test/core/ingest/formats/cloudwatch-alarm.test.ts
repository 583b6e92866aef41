import { describe, expect, it } from 'vitest';
import { alertOf, fixture } from './read-payload.ts';

const firing = () => alertOf('cloudwatch-alarm', fixture('cloudwatch-alarm/sns-alarm.json'));

describe('cloudwatch-alarm', () => {
  it('reads an alarm in an SNS message', () => {
    expect(firing()).toMatchObject({
      type: 'aws.cloudwatch.alarm',
      status: 'firing',
      severity: 'high',
      severity_original: 'ALARM',
      title: 'CloudWatch alarm orders-queue-age: ALARM',
      event_time: '2026-03-02T08:15:30.123Z',
      dedup_key: 'cloudwatch:arn:aws:cloudwatch:eu-central-1:111122223333:alarm:orders-queue-age',
      resources: [{ type: 'QueueName', id: 'orders', region: 'eu-central-1' }],
      labels: { account: '111122223333', region: 'eu-central-1', alarm: 'orders-queue-age' },
      details: { OldStateValue: 'OK', Trigger: { Namespace: 'AWS/SQS' } },
    });
  });

  it('knows the same alarm again when EventBridge says that it is over, with the severity it fired with', () => {
    const over = alertOf('cloudwatch-alarm', fixture('cloudwatch-alarm/eventbridge-ok.json'));
    expect(over).toMatchObject({ status: 'resolved', severity: 'high', severity_original: 'OK' });
    expect(over.dedup_key).toBe(firing().dedup_key);
    expect(over.resources).toEqual(firing().resources);
  });

  it.each([
    ['orders', 'ALARM', 'medium', 'firing'],
    ['orders', 'INSUFFICIENT_DATA', 'low', 'firing'],
    ['orders', 'OK', 'medium', 'resolved'],
    ['prod-critical-cpu', 'ALARM', 'critical', 'firing'],
    ['prod-critical-cpu', 'OK', 'critical', 'resolved'],
    ['[P2] queue age', 'ALARM', 'high', 'firing'],
    ['highway-latency', 'ALARM', 'medium', 'firing'],
    ['error-rate', 'ALARM', 'medium', 'firing'],
  ])('%s in state %s is %s and %s', (AlarmName, NewStateValue, severity, status) => {
    expect(alertOf('cloudwatch-alarm', { AlarmName, NewStateValue })).toMatchObject({ severity, status });
  });

  it.each([
    ['SNS, one object', { AlarmTags: { Severity: 'critical', Team: 'shop', env: 'prod' } }],
    [
      'SNS, a list',
      {
        AlarmTags: [
          { Key: 'severity', Value: 'P1' },
          { Key: 'team', Value: 'shop' },
          { Key: 'env', Value: 'prod' },
        ],
      },
    ],
  ])('takes the severity and labels from the tags of the alarm, over %s', (_what, tags) => {
    const alarm = {
      AlarmName: 'low-disk',
      NewStateValue: 'ALARM',
      AlarmDescription: 'severity: low',
      ...tags,
    };
    expect(alertOf('cloudwatch-alarm', alarm)).toMatchObject({
      severity: 'critical',
      environment: 'prod',
      labels: { 'tag.team': 'shop', alarm: 'low-disk' },
    });
  });

  it('takes them from an event of EventBridge too', () => {
    const event = fixture('cloudwatch-alarm/eventbridge-ok.json') as { detail: object };
    const tagged = {
      ...event,
      detail: { ...event.detail, alarmTags: { severity: 'low' }, alarmTagsStatus: 'SUCCESS' },
    };
    expect(alertOf('cloudwatch-alarm', tagged)).toMatchObject({
      severity: 'low',
      labels: { 'tag.severity': 'low' },
    });
  });

  it('says that a subscription waits, without the token that confirms it', () => {
    const alert = alertOf('cloudwatch-alarm', {
      Type: 'SubscriptionConfirmation',
      MessageId: '1',
      Token: 'a-token-of-example',
      TopicArn: 'arn:aws:sns:eu-central-1:111122223333:alarms',
      Message: 'You have chosen to subscribe',
      SubscribeURL:
        'https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription&Token=a-token-of-example',
    });
    expect(alert).toMatchObject({ type: 'aws.sns.subscription', severity: 'info' });
    expect(JSON.stringify(alert)).not.toContain('a-token-of-example');
  });
});
