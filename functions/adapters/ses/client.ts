import { SESClient } from '@aws-sdk/client-ses';
import { type AwsClientOptions, awsClientOptions } from '../aws/client-options.ts';
import { slimClient } from '../aws/sdk-slim-client.ts';

/** One try per call: SES knows no idempotency token, so a repeated call is a second mail. */
export function sesClient(options: AwsClientOptions = {}): SESClient {
  return slimClient(new SESClient(awsClientOptions({ maxAttempts: 1, requestTimeoutMs: 5_000, ...options })));
}
