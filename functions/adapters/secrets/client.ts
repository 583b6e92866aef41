import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type AwsClientOptions, awsClientOptions } from '../aws/client-options.ts';
import { slimClient } from '../aws/sdk-slim-client.ts';

export function secretsManagerClient(options: AwsClientOptions = {}): SecretsManagerClient {
  return slimClient(new SecretsManagerClient(awsClientOptions(options)));
}
