import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { existingTable } from '../../../functions/adapters/operator/existing-table.ts';

/** What DynamoDB answers to each call: a document, or a refusal. */
let answers: Record<string, { status: number; body: object }>;
let server: Server;

const refused = (code: string) => ({
  status: 400,
  body: { __type: `com.amazonaws.dynamodb.v20120810#${code}`, message: code },
});

beforeEach(async () => {
  server = createServer((request, response) => {
    const [, call = ''] = String(request.headers['x-amz-target']).split('.');
    const { status, body } = answers[call] ?? refused('UnknownOperationException');
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  process.env['AWS_ENDPOINT_URL'] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  process.env['AWS_ACCESS_KEY_ID'] = 'none';
  process.env['AWS_SECRET_ACCESS_KEY'] = 'none';
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
  for (const name of ['AWS_ENDPOINT_URL', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'])
    Reflect.deleteProperty(process.env, name);
});

test('a table is read from three descriptions of it', async () => {
  answers = {
    DescribeTable: {
      status: 200,
      body: {
        Table: {
          TableStatus: 'ACTIVE',
          // The order is not promised.
          KeySchema: [
            { AttributeName: 'sk', KeyType: 'RANGE' },
            { AttributeName: 'pk', KeyType: 'HASH' },
          ],
          DeletionProtectionEnabled: true,
          GlobalSecondaryIndexes: [
            {
              IndexName: 'byTime',
              KeySchema: [
                { AttributeName: 'time_pk', KeyType: 'HASH' },
                { AttributeName: 'time_sk', KeyType: 'RANGE' },
              ],
              Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['severity'] },
            },
            {
              IndexName: 'byLookup',
              KeySchema: [{ AttributeName: 'lookup_pk', KeyType: 'HASH' }],
              Projection: { ProjectionType: 'ALL' },
            },
          ],
        },
      },
    },
    DescribeTimeToLive: {
      status: 200,
      body: { TimeToLiveDescription: { TimeToLiveStatus: 'ENABLING', AttributeName: 'expires_at' } },
    },
    DescribeContinuousBackups: {
      status: 200,
      body: {
        ContinuousBackupsDescription: {
          ContinuousBackupsStatus: 'ENABLED',
          PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'DISABLED' },
        },
      },
    },
  };
  expect(await existingTable('kept')).toEqual({
    status: 'ACTIVE',
    keys: ['pk', 'sk'],
    indexes: [
      { name: 'byTime', keys: ['time_pk', 'time_sk'], holds: ['severity'] },
      { name: 'byLookup', keys: ['lookup_pk'], holds: 'all' },
    ],
    expiry: 'expires_at',
    hasRecovery: false,
    isProtected: true,
  });
});

test.each([
  ['ResourceNotFoundException', undefined],
  ['AccessDeniedException', 'unknown'],
])('a table of which DynamoDB says %s is %s', async (code, expected) => {
  answers = { DescribeTable: refused(code) };
  expect(await existingTable('kept')).toBe(expected);
});

test('a call that is refused for another reason is no judgement of the table', async () => {
  answers = { DescribeTable: refused('ValidationException') };
  await expect(existingTable('kept')).rejects.toThrow('ValidationException');
});
