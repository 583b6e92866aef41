import { SESClient } from '@aws-sdk/client-ses';
import { type AwsClientOptions, awsClientOptions } from './aws-client-options.ts';

/** One try per call: SES knows no idempotency token, so a repeated call is a second mail. */
export function sesClient(options: AwsClientOptions = {}): SESClient {
  return new SESClient(awsClientOptions({ maxAttempts: 1, requestTimeoutMs: 5_000, ...options }));
}
