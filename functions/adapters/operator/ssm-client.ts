import { SSMClient } from '@aws-sdk/client-ssm';
import { type AwsClientOptions, awsClientOptions } from '../aws/client-options.ts';
import { slimClient } from '../aws/sdk-slim-client.ts';

export function ssmClient(options: AwsClientOptions = {}): SSMClient {
  return slimClient(new SSMClient(awsClientOptions(options)));
}
