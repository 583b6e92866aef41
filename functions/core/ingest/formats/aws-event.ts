import { AWS_OMITS, expandAws } from './aws/envelope.ts';
import { readAws } from './aws/read-aws.ts';
import type { Format } from './format.ts';

/** Whatever AWS tells over EventBridge. The presets of AWS differ in name and authentication, and read the same. */
export const awsEvent: Format = {
  name: 'aws-event',
  summary: 'what services of AWS tell over EventBridge: findings, alarms, health, backups, sign-ins of root',
  preset: { auth: { type: 'sns', topics: [] } },
  deliveryIdHeaders: ['x-amz-sns-message-id'],
  comesOverSns: true,
  omits: AWS_OMITS,
  expand: expandAws,
  read: readAws,
};
