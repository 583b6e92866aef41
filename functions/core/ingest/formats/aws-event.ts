import { awsFormat } from './aws/aws-format.ts';

export const awsEvent = awsFormat(
  'aws-event',
  'what services of AWS tell over EventBridge: findings, alarms, health, backups, sign-ins of root',
);
