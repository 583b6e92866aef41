import { SQSClient } from '@aws-sdk/client-sqs';
import { type AwsClientOptions, awsClientOptions } from './aws-client-options.ts';
import { slimClient } from './sdk-slim-client.ts';

export function sqsClient(options: AwsClientOptions = {}): SQSClient {
  return slimClient(new SQSClient(awsClientOptions(options)));
}
