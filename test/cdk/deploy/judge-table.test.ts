import { describe, expect, test } from 'vitest';
import { judgeTable } from '../../../cdk/deploy/judge-table.ts';
import type { ExistingTable } from '../../../functions/adapters/operator/existing-table.ts';
import { aTemplate, propertiesOf } from '../a-template.ts';

type Key = { AttributeName: string };
type Made = {
  KeySchema: Key[];
  GlobalSecondaryIndexes: {
    IndexName: string;
    KeySchema: Key[];
    Projection: { NonKeyAttributes?: string[] };
  }[];
  TimeToLiveSpecification: { AttributeName: string };
};
const [made] = Object.values(propertiesOf(aTemplate(), 'AWS::DynamoDB::GlobalTable')) as unknown as Made[];
const names = (schema: readonly Key[] = []) => schema.map(({ AttributeName }) => AttributeName);

/** The table that the stack itself makes, as DynamoDB would describe it. */
const OWN: ExistingTable = {
  status: 'ACTIVE',
  keys: names(made?.KeySchema),
  indexes: (made?.GlobalSecondaryIndexes ?? []).map(({ IndexName, KeySchema, Projection }) => ({
    name: IndexName,
    keys: names(KeySchema),
    holds: Projection.NonKeyAttributes ?? [],
  })),
  expiry: made?.TimeToLiveSpecification.AttributeName,
  hasRecovery: true,
  isProtected: true,
};

describe('whether the gateway can work on a table', () => {
  test('it can on one as the stack makes it, and on one whose indexes hold more', () => {
    expect(judgeTable('kept', OWN)).toEqual({ problems: [], hints: [] });
    const more = { ...OWN, indexes: OWN.indexes.map((index) => ({ ...index, holds: 'all' as const })) };
    expect(judgeTable('kept', more)).toEqual({ problems: [], hints: [] });
  });

  const without = (name: string) => OWN.indexes.filter((index) => index.name !== name);
  test.each<[string, Partial<ExistingTable>, string]>([
    ['that is still restored', { status: 'CREATING' }, 'the table kept is CREATING; expected ACTIVE'],
    ['with other keys', { keys: ['id'] }, 'the table kept has the keys id; expected pk, sk'],
    [
      'restored without an index',
      { indexes: without('byLookup') },
      'the table kept has no index byLookup; a restore must bring the indexes along',
    ],
    [
      'whose index has other keys',
      { indexes: [...without('byLookup'), { name: 'byLookup', keys: ['pk'], holds: 'all' }] },
      'the index byLookup of kept has the keys pk; expected lookup_pk, lookup_sk',
    ],
    [
      'whose index holds too little for the lists',
      { indexes: [...without('byTime'), { name: 'byTime', keys: ['time_pk', 'time_sk'], holds: [] }] },
      'the index byTime of kept lacks severity, type, title, source_id, alert_status, routing',
    ],
  ])('it cannot on one %s', (_, change, problem) => {
    const { problems } = judgeTable('kept', { ...OWN, ...change });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(problem);
  });

  test.each<[string, Partial<ExistingTable>, string]>([
    [
      'expiry',
      { expiry: undefined },
      'nothing of kept ever expires: aws dynamodb update-time-to-live --table-name kept --time-to-live-specification Enabled=true,AttributeName=expires_at',
    ],
    [
      'recovery',
      { hasRecovery: false },
      'kept cannot be restored to a point in time: aws dynamodb update-continuous-backups --table-name kept --point-in-time-recovery-specification PointInTimeRecoveryEnabled=true',
    ],
    [
      'protection',
      { isProtected: false },
      'kept is not protected against deletion: aws dynamodb update-table --table-name kept --deletion-protection-enabled',
    ],
  ])('it can on one without %s, and the command is said', (_, change, hint) => {
    expect(judgeTable('kept', { ...OWN, ...change })).toEqual({ problems: [], hints: [hint] });
  });
});
