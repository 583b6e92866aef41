import type { Format } from '../format.ts';
import { AWS_OMITS, expandAws } from './envelope.ts';
import { readAws } from './read-aws.ts';

/**
 * A format under one of the names by which operators look for AWS. All of them take whatever AWS sends, on a topic of SNS or by a rule
 * of EventBridge, and read it the same.
 */
export function awsFormat(name: string, summary: string): Format {
  return {
    name,
    summary,
    // SNS sends no header of ours. The topics are for the operator to name: anyone can have one that SNS signs for.
    preset: { auth: { type: 'sns', topics: [] } },
    deliveryIdHeaders: ['x-amz-sns-message-id'],
    comesOverSns: true,
    omits: AWS_OMITS,
    expand: expandAws,
    read: readAws,
  };
}
