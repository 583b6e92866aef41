import { AWS_OMITS, expandAws } from './aws/envelope.ts';
import { readAws } from './aws/read-aws.ts';
import type { Format } from './format.ts';

/** One of the presets of AWS: they differ in name and authentication, and read the same. */
export const securityHub: Format = {
  name: 'security-hub',
  summary: 'AWS Security Hub findings in ASFF or OCSF, and what else AWS sends on the same topic or rule',
  preset: { auth: { type: 'sns', topics: [] } },
  deliveryIdHeaders: ['x-amz-sns-message-id'],
  comesOverSns: true,
  omits: AWS_OMITS,
  expand: expandAws,
  read: readAws,
};
