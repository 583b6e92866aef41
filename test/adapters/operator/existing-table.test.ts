import { beforeEach, expect, test } from 'vitest';
import { existingTable } from '../../../functions/adapters/operator/existing-table.ts';
import { type AwsAnswer, awsOfEnvironment, jsonError } from '../aws-fake.ts';

/** What DynamoDB answers to each call. */
let answers: Record<string, AwsAnswer>;
const told = (body: object): AwsAnswer => ({ body: JSON.stringify(body) });

beforeEach(async () =>
  awsOfEnvironment(({ operation }) => answers[operation] ?? jsonError('UnknownOperationException')),
);

test('a table is read from three descriptions of it', async () => {
  answers = {
    DescribeTable: told({
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
    }),
    DescribeTimeToLive: told({
      TimeToLiveDescription: { TimeToLiveStatus: 'ENABLING', AttributeName: 'expires_at' },
    }),
    DescribeContinuousBackups: told({
      ContinuousBackupsDescription: {
        ContinuousBackupsStatus: 'ENABLED',
        PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'DISABLED' },
      },
    }),
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
  answers = { DescribeTable: jsonError(code) };
  expect(await existingTable('kept')).toBe(expected);
});

test('a call that is refused for another reason is no judgement of the table', async () => {
  answers = { DescribeTable: jsonError('ValidationException') };
  await expect(existingTable('kept')).rejects.toThrow('ValidationException');
});
