import { BatchExecuteStatementCommand, DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from 'vitest';
import { clientSettings } from '../fixture-stack.ts';
import { serveEmulators } from './serve-emulators.ts';

const TABLE = 'My-Table';

async function aTable() {
  const { url, emulators } = await serveEmulators();
  await emulators.dynamoDb.deploy({
    name: TABLE,
    attributeDefinitions: ['pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    keySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    globalSecondaryIndexes: [],
  });
  const client = new DynamoDBClient(clientSettings(url));
  return {
    batch: async (...Statements: object[]) => {
      const input = { Statements } as BatchExecuteStatementCommand['input'];
      const { Responses = [] } = await client.send(new BatchExecuteStatementCommand(input));
      return Responses.map(({ Error: error }) => error?.Code);
    },
    items: async () => (await client.send(new ScanCommand({ TableName: TABLE }))).Items ?? [],
  };
}

const insert = (pk: string, more: object[] = [{ S: 'x' }]) => ({
  Statement: `INSERT INTO "${TABLE}" VALUE {'pk':?, 'sk':?, 'v':?}`,
  Parameters: [{ S: pk }, { S: 'a' }, ...more],
});

describe('inserts in a batch', () => {
  test('are made each by itself: one of a key that is there is a duplicate, and changes nothing', async () => {
    const { batch, items } = await aTable();
    expect(await batch(insert('a'), insert('b'))).toEqual([undefined, undefined]);
    expect(await batch(insert('b', [{ S: 'other' }]), insert('c'))).toEqual(['DuplicateItem', undefined]);
    const found = (await items()).map(({ pk, v }) => `${String(pk?.S)} ${String(v?.S)}`);
    expect(found.toSorted()).toEqual(['a x', 'b x', 'c x']);
  });

  test('are refused each by itself where DynamoDB would refuse them', async () => {
    const { batch, items } = await aTable();
    const tooLarge = insert('a', [{ S: 'x'.repeat(409_601) }]);
    expect(await batch(tooLarge, insert('b'), insert('c', []), insert(''))).toEqual([
      'ValidationError',
      undefined,
      'ValidationError',
      'ValidationError',
    ]);
    expect(await items()).toHaveLength(1);
  });

  test.each([
    ['none', []],
    ['26', Array.from({ length: 26 }, (_, index) => insert(String(index)))],
    ['two of one key', [insert('a'), insert('a')]],
    [
      'one that the local run does not know',
      [{ Statement: `UPDATE "${TABLE}" SET v=1 WHERE pk='a' AND sk='a'` }],
    ],
    ['one with a value in its text', [{ Statement: `INSERT INTO "${TABLE}" VALUE {'pk':'a','sk':?}` }]],
  ])('are refused altogether: %s', async (_what, statements) => {
    const { batch } = await aTable();
    await expect(batch(...statements)).rejects.toMatchObject({ name: 'ValidationException' });
  });

  test('are 25 at most', async () => {
    const { batch, items } = await aTable();
    await batch(...Array.from({ length: 25 }, (_, index) => insert(String(index))));
    expect(await items()).toHaveLength(25);
  });

  test('need a table that is there', async () => {
    const { batch } = await aTable();
    const statement = { Statement: "INSERT INTO other VALUE {'pk':?}", Parameters: [{ S: 'a' }] };
    await expect(batch(statement)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});
