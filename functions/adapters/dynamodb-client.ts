import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type AwsClientOptions, awsClientOptions } from './aws-client-options.ts';

/** Plain JavaScript values in and out; fields that are `undefined` are left out of the item. */
export function dynamodbClient(options: AwsClientOptions = {}): DynamoDBDocumentClient {
  return DynamoDBDocumentClient.from(new DynamoDBClient(awsClientOptions(options)), {
    marshallOptions: { removeUndefinedValues: true },
  });
}
