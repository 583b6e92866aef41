import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import type { openDynamoDb } from '../../local/emulators/dynamodb/dynamodb-emulator.ts';
import { TABLE } from '../../functions/core/model/wire/table.ts';

type Index = { index: string; partitionKey: string; sortKey: string };

const keys = (partitionKey: string, sortKey: string) => [
  { AttributeName: partitionKey, KeyType: 'HASH' as const },
  { AttributeName: sortKey, KeyType: 'RANGE' as const },
];

const secondary = ({ index, partitionKey, sortKey }: Index, nonKeyAttributes: string[]) => ({
  IndexName: index,
  KeySchema: keys(partitionKey, sortKey),
  Projection:
    nonKeyAttributes.length === 0
      ? { ProjectionType: 'KEYS_ONLY' as const }
      : { ProjectionType: 'INCLUDE' as const, NonKeyAttributes: nonKeyAttributes },
});

/** The stack's table, for an engine that knows `CreateTable`. */
export function tableDefinition(name: string): CreateTableCommandInput {
  const { byTime, byLookup } = TABLE;
  return {
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [
      TABLE.partitionKey,
      TABLE.sortKey,
      byTime.partitionKey,
      byTime.sortKey,
      byLookup.partitionKey,
      byLookup.sortKey,
    ].map((attribute) => ({ AttributeName: attribute, AttributeType: 'S' })),
    KeySchema: keys(TABLE.partitionKey, TABLE.sortKey),
    GlobalSecondaryIndexes: [
      secondary(byTime, ['severity', 'type', 'title', 'source_id', 'alert_status', 'routing']),
      secondary(byLookup, []),
    ],
  };
}

type DynamoDb = ReturnType<typeof openDynamoDb>;

/** The stack's table in the DynamoDB of the local run, ready to be written to. */
export async function deployTable(dynamoDb: DynamoDb, name: string): Promise<void> {
  const { AttributeDefinitions, KeySchema, GlobalSecondaryIndexes } = tableDefinition(name);
  await dynamoDb.deploy({
    name,
    attributeDefinitions: AttributeDefinitions,
    keySchema: KeySchema,
    globalSecondaryIndexes: GlobalSecondaryIndexes as never,
  });
}
