import { SQSClient } from '@aws-sdk/client-sqs';
import { type AwsClientOptions, awsClientOptions } from '../aws/client-options.ts';
import { slimClient } from '../aws/sdk-slim-client.ts';

/**
 * Without MD5 over what SQS says that it got: each request is signed over the SHA-256 of its body, which SQS checks,
 * and answers come through TLS. It was as much as signing.
 */
export function sqsClient(options: AwsClientOptions = {}): SQSClient {
  return slimClient(new SQSClient({ ...awsClientOptions(options), md5: false }));
}
