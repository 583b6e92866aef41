import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type AwsClientOptions, awsClientOptions } from './aws-client-options.ts';

/**
 * Plain JavaScript values in and out; fields that are `undefined` are left out of the item.
 *
 * Without the cached middleware of the other clients: the document client refuses to start with it.
 */
export function dynamodbClient(options: AwsClientOptions = {}): DynamoDBDocumentClient {
  return DynamoDBDocumentClient.from(
    new DynamoDBClient({ ...awsClientOptions(options), cacheMiddleware: false }),
    {
      marshallOptions: { removeUndefinedValues: true },
    },
  );
}
