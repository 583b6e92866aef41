import { SNSClient } from '@aws-sdk/client-sns';
import { type AwsClientOptions, awsClientOptions } from '../aws/client-options.ts';
import { slimClient } from '../aws/sdk-slim-client.ts';

export function snsClient(options: AwsClientOptions = {}): SNSClient {
  return slimClient(new SNSClient(awsClientOptions(options)));
}
