import { awsFormat } from './aws/aws-format.ts';

export const cloudwatchAlarm = awsFormat(
  'cloudwatch-alarm',
  'Amazon CloudWatch alarms, and what else AWS sends on the same topic or rule',
);
