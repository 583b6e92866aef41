import { SQSClient } from '@aws-sdk/client-sqs';
import { type AwsClientOptions, awsClientOptions } from '../aws/client-options.ts';
import { slimClient } from '../aws/sdk-slim-client.ts';

/**
 * Without MD5 over what SQS says that it got: each request is signed over the SHA-256 of its body, which SQS checks,
 * and answers come through TLS. It was as much as signing.
 *
 * Calls are written by `JSON.stringify`: the SDK's own writer takes a message character by character, at twice the cost.
 */
export function sqsClient(options: AwsClientOptions = {}): SQSClient {
  const client = slimClient(new SQSClient({ ...awsClientOptions(options), md5: false }));
  const { protocol } = client.config;
  // A version that names it otherwise must not go unnoticed.
  if (!('serializer' in protocol)) throw new Error('the protocol of the sdk has no serializer; expected one');
  Object.assign(protocol, { serializer: jsonSerializer() });
  return client;
}

/** For texts, numbers, lists and objects. Bytes would have to become base64; we send none to SQS. */
function jsonSerializer() {
  let written = Buffer.alloc(0);
  return {
    write: (_schema: unknown, value: unknown) => {
      written = Buffer.from(JSON.stringify(value));
    },
    flush: () => written,
  };
}
