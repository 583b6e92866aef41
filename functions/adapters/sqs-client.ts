import { SQSClient } from '@aws-sdk/client-sqs';
import { type AwsClientOptions, awsClientOptions } from './aws-client-options.ts';

export function sqsClient(options: AwsClientOptions = {}): SQSClient {
  return new SQSClient(awsClientOptions(options));
}
