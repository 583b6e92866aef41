import { awsFormat } from './aws/aws-format.ts';

export const securityHub = awsFormat(
  'security-hub',
  'AWS Security Hub findings in ASFF or OCSF, and what else AWS sends on the same topic or rule',
);
