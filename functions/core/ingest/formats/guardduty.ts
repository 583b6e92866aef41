import { awsFormat } from './aws/aws-format.ts';

export const guardduty = awsFormat(
  'guardduty',
  'Amazon GuardDuty findings, and what else AWS sends on the same topic or rule',
);
