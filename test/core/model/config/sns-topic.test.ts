import { describe, expect, it } from 'vitest';
import { isSnsHost, readTopicArn, snsHost } from '../../../../functions/core/model/config/sns-topic.ts';

const PARTITIONS: [partition: string, region: string, host: string][] = [
  ['aws', 'eu-central-1', 'sns.eu-central-1.amazonaws.com'],
  ['aws', 'ap-southeast-2', 'sns.ap-southeast-2.amazonaws.com'],
  ['aws-cn', 'cn-northwest-1', 'sns.cn-northwest-1.amazonaws.com.cn'],
  ['aws-us-gov', 'us-gov-west-1', 'sns.us-gov-west-1.amazonaws.com'],
  ['aws-eusc', 'eusc-de-east-1', 'sns.eusc-de-east-1.amazonaws.eu'],
];

describe.each(PARTITIONS)('partition %s, region %s', (partition, region, host) => {
  it('has topics and a host of SNS', () => {
    expect(readTopicArn(`arn:${partition}:sns:${region}:111122223333:alarms`)).toEqual({
      region,
      isFifo: false,
    });
    expect(readTopicArn(`arn:${partition}:sns:${region}:111122223333:alarms.fifo`)?.isFifo).toBe(true);
    expect(snsHost(region)).toBe(host);
    expect(isSnsHost(host)).toBe(true);
  });

  it('answers under no domain of another partition', () => {
    for (const domain of ['amazonaws.com', 'amazonaws.com.cn', 'amazonaws.eu', 'example.com']) {
      const other = `sns.${region}.${domain}`;
      expect(isSnsHost(other), other).toBe(other === host);
    }
    for (const [other] of PARTITIONS) {
      const arn = `arn:${other}:sns:${region}:111122223333:alarms`;
      expect(readTopicArn(arn) !== undefined, arn).toBe(other === partition);
    }
  });
});

it.each([
  '',
  'alarms',
  'arn:aws:sqs:eu-central-1:111122223333:alarms',
  'arn:aws:sns:eu-central-1:11112222333:alarms',
  'arn:aws:sns::111122223333:alarms',
  'arn:aws:sns:eu-central-1:111122223333:',
  'arn:aws:sns:eu-central-1:111122223333:a b',
  'arn:aws:sns:eu-central-1:111122223333:*',
  'arn:aws:sns:*:111122223333:alarms',
  `arn:aws:sns:eu-central-1:111122223333:${'a'.repeat(257)}`,
  'arn:aws:sns:eu-central-1:111122223333:alarms\n',
  'arn:aws:sns:eu-central-1:111122223333:alarms:8c3d…',
])('%j is the ARN of no topic', (arn) => {
  expect(readTopicArn(arn)).toBeUndefined();
});

it.each([
  'sns.amazonaws.com',
  'eu-central-1.amazonaws.com',
  'sns.eu-central-1.amazonaws.com.evil.example',
  'sns.evil.example',
  'xsns.eu-central-1.amazonaws.com',
  'sns.eu-central-1.amazonaws.com.cn',
  'sns.eu-central-1-amazonaws.com',
])('%s is no host of SNS', (host) => {
  expect(isSnsHost(host)).toBe(false);
});
