import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { expect, test } from 'vitest';
import { clientSettings } from '../fixture-stack.ts';
import { serveEmulators } from './serve-emulators.ts';

const TableName = 'Limits';

async function aTable() {
  const { url, emulators } = await serveEmulators();
  await emulators.dynamoDb.deploy({
    name: TableName,
    attributeDefinitions: [
      { AttributeName: 'pk', AttributeType: 'S' },
      { AttributeName: 'sk', AttributeType: 'S' },
    ],
    keySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    globalSecondaryIndexes: [],
    timeToLiveAttribute: undefined,
  });
  return new DynamoDBClient(clientSettings(url));
}

const key = (pk: string, sk = 'a') => ({ pk: { S: pk }, sk: { S: sk } });
const put = (pk: string, sk?: string, more: object = {}) =>
  new PutItemCommand({ TableName, Item: { ...key(pk, sk), ...more } });
const keys = (count: number) => Array.from({ length: count }, (_, index) => key(`k${index}`));
const writes = (count: number) => keys(count).map((Item) => ({ PutRequest: { Item } }));

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
test.each([
  ['an item of 400 KB and a byte', put('a', 'a', { filler: { S: 'x'.repeat(409_601) } })],
  ['an empty partition key', put('')],
  ['an empty sort key', put('a', '')],
  ['a partition key of 2,049 bytes', put('x'.repeat(2_049))],
  ['a sort key of 1,025 bytes', put('a', 'x'.repeat(1_025))],
  ['a key without its sort key', new GetItemCommand({ TableName, Key: { pk: { S: 'a' } } })],
  ['26 writes in a batch', new BatchWriteItemCommand({ RequestItems: { [TableName]: writes(26) } })],
  ['101 reads in a batch', new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: keys(101) } } })],
  [
    'the same key twice in a batch of writes',
    new BatchWriteItemCommand({ RequestItems: { [TableName]: [...writes(1), ...writes(1)] } }),
  ],
  [
    'the same key twice in a batch of reads',
    new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: [...keys(1), ...keys(1)] } } }),
  ],
  ['an empty batch', new BatchWriteItemCommand({ RequestItems: { [TableName]: [] } })],
])('refuses %s', async (_what, command) => {
  const client = await aTable();
  await expect(client.send(command as PutItemCommand)).rejects.toMatchObject({ name: 'ValidationException' });
});

test('takes what is just within', async () => {
  const client = await aTable();
  await client.send(put('x'.repeat(2_048), 'x'.repeat(1_024)));
  await client.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: writes(25) } }));
  const { Responses } = await client.send(
    new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: keys(100) } } }),
  );
  expect(Responses?.[TableName]).toHaveLength(25);
});

test('a batch of reads ends at 16 MB, and names what it left', async () => {
  const client = await aTable();
  const filler = { S: 'x'.repeat(390_000) };
  for (let index = 0; index < 45; index += 1) {
    // Each is close to what one call takes.
    // oxlint-disable-next-line no-await-in-loop
    await client.send(put(`k${index}`, 'a', { filler }));
  }
  const answer = await client.send(
    new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: keys(45) } } }),
  );
  const found = answer.Responses?.[TableName]?.length ?? 0;
  expect(found).toBeLessThan(44);
  expect(answer.UnprocessedKeys?.[TableName]?.Keys).toHaveLength(45 - found);
});
