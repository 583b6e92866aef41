import { AWS_OMITS, expandAws } from './aws/envelope.ts';
import { readAws } from './aws/read-aws.ts';
import type { Format } from './format.ts';

/** One of the presets of AWS: they differ in name and authentication, and read the same. */
export const cloudwatchAlarm: Format = {
  name: 'cloudwatch-alarm',
  summary: 'Amazon CloudWatch alarms, and what else AWS sends on the same topic or rule',
  // SNS sends no header of ours. The topics are for the operator to name: anyone can have one that SNS signs for.
  preset: { auth: { type: 'sns', topics: [] } },
  deliveryIdHeaders: ['x-amz-sns-message-id'],
  comesOverSns: true,
  omits: AWS_OMITS,
  expand: expandAws,
  read: readAws,
};
