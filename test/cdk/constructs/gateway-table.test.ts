import { expect, test } from 'vitest';
import { aTemplate } from '../a-template.ts';

const resources = Object.values(aTemplate().findResources('AWS::DynamoDB::GlobalTable'));

test('the table is on demand, restorable, expires items and outlives the stack', () => {
  expect(resources).toHaveLength(1);
  expect(resources[0]).toMatchObject({
    DeletionPolicy: 'Retain',
    UpdateReplacePolicy: 'Retain',
    Properties: {
      BillingMode: 'PAY_PER_REQUEST',
      TimeToLiveSpecification: { AttributeName: 'expires_at', Enabled: true },
      Replicas: [
        {
          DeletionProtectionEnabled: true,
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        },
      ],
    },
  });
  // A generated name: a second deployment does not collide with the table that the first one left.
  expect(resources[0]?.['Properties']).not.toHaveProperty('TableName');
});

test('the table has the keys and the two indexes that the adapters use', () => {
  const keys = (partition: string, sort: string) => [
    { AttributeName: partition, KeyType: 'HASH' },
    { AttributeName: sort, KeyType: 'RANGE' },
  ];
  expect(resources[0]?.['Properties']).toMatchObject({
    KeySchema: keys('pk', 'sk'),
    GlobalSecondaryIndexes: [
      {
        IndexName: 'byTime',
        KeySchema: keys('time_pk', 'time_sk'),
        Projection: {
          ProjectionType: 'INCLUDE',
          NonKeyAttributes: ['severity', 'type', 'title', 'source_id', 'alert_status', 'routing'],
        },
      },
      {
        IndexName: 'byLookup',
        KeySchema: keys('lookup_pk', 'lookup_sk'),
        Projection: { ProjectionType: 'KEYS_ONLY' },
      },
    ],
  });
});
