import { SSMClient } from '@aws-sdk/client-ssm';
import { type AwsClientOptions, awsClientOptions } from './aws-client-options.ts';

export function ssmClient(options: AwsClientOptions = {}): SSMClient {
  return new SSMClient(awsClientOptions(options));
}
