import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  type KeySchemaElement,
} from '@aws-sdk/client-dynamodb';

/** A table as DynamoDB describes it, as far as the gateway depends on it. */
export type ExistingTable = {
  /** `ACTIVE`, or that it is still made, restored or deleted. */
  status: string;
  /** The partition key, and the sort key where there is one. */
  keys: string[];
  indexes: ExistingIndex[];
  /** The attribute that says when an item may go; undefined where none does. */
  expiry: string | undefined;
  hasRecovery: boolean;
  isProtected: boolean;
};

type ExistingIndex = {
  name: string;
  keys: string[];
  /** What the index holds beside keys; `all` of the item, or some attributes. */
  holds: 'all' | string[];
};

/** A table of the account and region, undefined where there is none; 'unknown' where it may not be asked for. */
export async function existingTable(name: string): Promise<ExistingTable | 'unknown' | undefined> {
  const client = new DynamoDBClient({});
  const TableName = name;
  try {
    const { Table: table } = await client.send(new DescribeTableCommand({ TableName }));
    const { TimeToLiveDescription: expiry } = await client.send(new DescribeTimeToLiveCommand({ TableName }));
    const { ContinuousBackupsDescription: backups } = await client.send(
      new DescribeContinuousBackupsCommand({ TableName }),
    );
    return {
      status: table?.TableStatus ?? '',
      keys: namesOf(table?.KeySchema),
      indexes: (table?.GlobalSecondaryIndexes ?? []).map(({ IndexName, KeySchema, Projection }) => ({
        name: IndexName ?? '',
        keys: namesOf(KeySchema),
        holds: Projection?.ProjectionType === 'ALL' ? 'all' : (Projection?.NonKeyAttributes ?? []),
      })),
      expiry: expiry?.TimeToLiveStatus?.startsWith('ENABL') === true ? expiry.AttributeName : undefined,
      hasRecovery: backups?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus === 'ENABLED',
      isProtected: table?.DeletionProtectionEnabled === true,
    };
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceNotFoundException') return undefined;
    // Then the deployment goes on unjudged, as where SES may not be asked.
    if (error instanceof Error && error.name === 'AccessDeniedException') return 'unknown';
    throw error;
  }
}

/** The partition key first. */
function namesOf(schema: readonly KeySchemaElement[] = []): string[] {
  return schema
    .toSorted((one, other) => (one.KeyType ?? '').localeCompare(other.KeyType ?? ''))
    .map(({ AttributeName }) => AttributeName ?? '');
}
