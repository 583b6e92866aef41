import { expect, test } from 'vitest';
import { aTemplate, propertiesOf, readable } from '../a-template.ts';

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

test('an existing table takes the place of one of its own: in every function, right and the manifest, and nowhere else', () => {
  const existing = 'Tocsin-StorageTableB43FDCE7-KEPT';
  const [own, adopted] = [aTemplate(), aTemplate({ existingTable: existing })];
  expect(propertiesOf(adopted, 'AWS::DynamoDB::GlobalTable')).toEqual({});
  const [tableId = ''] = Object.keys(propertiesOf(own, 'AWS::DynamoDB::GlobalTable'));
  const arn = `arn:aws:dynamodb:{AWS::Region}:{AWS::AccountId}:table/${existing}`;
  const said = (template: typeof own): string[] =>
    Object.entries(template.toJSON()['Resources'] as Record<string, { Type: string; Properties: object }>)
      .filter(([id]) => id !== tableId)
      .map(([id, { Properties }]) => {
        const text = JSON.stringify(Properties, (_key, value: unknown) =>
          typeof value === 'object' &&
          value !== null &&
          Object.keys(value).some((key) => /^Fn::|^Ref$/u.test(key))
            ? readable(template, value).replaceAll('{AWS::Partition}', 'aws')
            : value,
        );
        return `${id} ${text}`;
      })
      .toSorted();
  const expected = said(own).map((line) =>
    line.replaceAll('{table.Arn}', arn).replaceAll('{table}', existing),
  );
  expect(said(adopted)).toEqual(expected);
  expect(said(adopted).filter((line) => line.includes(existing)).length).toBeGreaterThan(15);
});
