import {
  BatchWriteItemCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { beforeEach, expect, test } from 'vitest';
import type { Emulators } from '../../../local/emulators/emulators.ts';
import { clientSettings } from '../fixture-stack.ts';
import { serveEmulators } from './serve-emulators.ts';

const TableName = 'things';
const text = (S: string): { S: string } => ({ S });
const number = (N: number): { N: string } => ({ N: String(N) });
let dynamo: DynamoDBClient;
let emulators: Emulators;

const definition = (keys: string[] = ['pk', 'sk']): Parameters<Emulators['dynamoDb']['deploy']>[0] => ({
  name: TableName,
  attributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'S' },
    { AttributeName: 'kind', AttributeType: 'S' },
    { AttributeName: 'at', AttributeType: 'N' },
  ].filter(({ AttributeName }) => [...keys, 'kind', 'at'].includes(AttributeName)),
  keySchema: keys.map((AttributeName, index) => ({ AttributeName, KeyType: index === 0 ? 'HASH' : 'RANGE' })),
  globalSecondaryIndexes: [
    {
      IndexName: 'byKind',
      KeySchema: [
        { AttributeName: 'kind', KeyType: 'HASH' },
        { AttributeName: 'at', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'ALL' },
    },
  ],
  timeToLiveAttribute: 'expires_at',
});

beforeEach(async () => {
  const served = await serveEmulators();
  emulators = served.emulators;
  dynamo = new DynamoDBClient(clientSettings(served.url));
  await emulators.dynamoDb.deploy(definition());
});

const put = (pk: string, more: object = {}): Promise<unknown> =>
  dynamo.send(new PutItemCommand({ TableName, Item: { pk: text(pk), sk: text('1') }, ...more }));

test('a conditional write fails with the item in its way, when asked for it', async () => {
  await put('a');
  const again = { ConditionExpression: 'attribute_not_exists(pk)' };
  await expect(put('a', again)).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
  await expect(put('a', { ...again, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' })).rejects.toMatchObject({
    name: 'ConditionalCheckFailedException',
    Item: { pk: text('a') },
  });
});

test('a lease is taken when it is free, over or one’s own, and not otherwise', async () => {
  const take = (owner: string, now: number): Promise<unknown> =>
    dynamo.send(
      new UpdateItemCommand({
        TableName,
        Key: { pk: text('lease'), sk: text('1') },
        UpdateExpression: 'SET #o = :me, until_ms = :until',
        ConditionExpression: 'attribute_not_exists(pk) OR until_ms < :now OR #o = :me',
        ExpressionAttributeNames: { '#o': 'owner' },
        ExpressionAttributeValues: { ':me': text(owner), ':until': number(now + 10), ':now': number(now) },
      }),
    );
  await take('x', 100);
  await take('x', 105);
  await expect(take('y', 110)).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
  await take('y', 116);
});

test('update expressions count, append and remove', async () => {
  await put('a', { Item: { pk: text('a'), sk: text('1'), gone: number(1) } });
  const { Attributes } = await dynamo.send(
    new UpdateItemCommand({
      TableName,
      Key: { pk: text('a'), sk: text('1') },
      UpdateExpression:
        'SET c = if_not_exists(c, :zero) + :one, l = list_append(if_not_exists(l, :none), :more) ADD n :one REMOVE gone',
      ExpressionAttributeValues: {
        ':zero': number(0),
        ':one': number(1),
        ':none': { L: [] },
        ':more': { L: [text('q')] },
      },
      ReturnValues: 'ALL_NEW',
    }),
  );
  expect(Attributes).toEqual({
    pk: text('a'),
    sk: text('1'),
    c: number(1),
    n: number(1),
    l: { L: [text('q')] },
  });
});

test('queries page through a partition and an index, in both directions', async () => {
  for (let batch = 0; batch < 4; batch += 1) {
    const items = Array.from({ length: 25 }, (_, index) => batch * 25 + index);
    await dynamo.send(
      new BatchWriteItemCommand({
        RequestItems: {
          [TableName]: items.map((at) => ({
            PutRequest: {
              Item: {
                pk: text('p'),
                sk: text(String(at).padStart(3, '0')),
                kind: text(`k${at % 2}`),
                at: number(at),
              },
            },
          })),
        },
      }),
    );
  }
  let seen = 0;
  let from: Record<string, { S: string }> | undefined;
  do {
    const page = await dynamo.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: 'pk = :p AND begins_with(sk, :zero)',
        ExpressionAttributeValues: { ':p': text('p'), ':zero': text('0') },
        Limit: 30,
        ExclusiveStartKey: from,
      }),
    );
    seen += page.Items?.length ?? 0;
    from = page.LastEvaluatedKey as typeof from;
  } while (from !== undefined);
  expect(seen).toBe(100);
  const newest = await dynamo.send(
    new QueryCommand({
      TableName,
      IndexName: 'byKind',
      KeyConditionExpression: 'kind = :k AND #at BETWEEN :from AND :to',
      ExpressionAttributeNames: { '#at': 'at' },
      ExpressionAttributeValues: { ':k': text('k0'), ':from': number(50), ':to': number(99) },
      ScanIndexForward: false,
      Limit: 2,
    }),
  );
  expect(newest.Items?.map((item) => item['at'])).toEqual([number(98), number(96)]);
});

test('time to live and backups are answered', async () => {
  const status = async (): Promise<unknown> =>
    (await dynamo.send(new DescribeTimeToLiveCommand({ TableName }))).TimeToLiveDescription;
  expect(await status()).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'expires_at' });
  await dynamo.send(
    new UpdateTimeToLiveCommand({
      TableName,
      TimeToLiveSpecification: { Enabled: false, AttributeName: 'expires_at' },
    }),
  );
  expect(await status()).toEqual({ TimeToLiveStatus: 'DISABLED' });
  const backups = await dynamo.send(new DescribeContinuousBackupsCommand({ TableName }));
  expect(backups.ContinuousBackupsDescription?.ContinuousBackupsStatus).toBe('DISABLED');
});

test('tables have the ARN of the local account, and missing ones are refused', async () => {
  const { Table } = await dynamo.send(new DescribeTableCommand({ TableName }));
  expect(Table?.TableArn).toBe('arn:aws:dynamodb:eu-central-1:000000000000:table/things');
  expect(Table?.GlobalSecondaryIndexes?.[0]?.IndexArn).toBe(`${Table?.TableArn}/index/byKind`);
  await expect(
    dynamo.send(new GetItemCommand({ TableName: 'nope', Key: { pk: text('a') } })),
  ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

test('items over 400 KB, reserved words and transactions are refused', async () => {
  await expect(
    put('big', { Item: { pk: text('b'), sk: text('1'), v: text('x'.repeat(420_000)) } }),
  ).rejects.toMatchObject({
    name: 'ValidationException',
  });
  await expect(
    dynamo.send(
      new UpdateItemCommand({
        TableName,
        Key: { pk: text('a'), sk: text('1') },
        UpdateExpression: 'SET status = :x',
        ExpressionAttributeValues: { ':x': text('1') },
      }),
    ),
  ).rejects.toThrow('reserved keyword');
  await expect(dynamo.send(new TransactWriteItemsCommand({ TransactItems: [] }))).rejects.toThrow(
    'does not emulate the DynamoDB action TransactWriteItems',
  );
});

test('a table in the data folder with other keys than the template stops the start', async () => {
  await emulators.dynamoDb.deploy(definition());
  await expect(emulators.dynamoDb.deploy(definition(['pk']))).rejects.toThrow('other keys or indexes');
});
