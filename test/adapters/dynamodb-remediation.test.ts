import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  dynamodbRemediation,
  dynamodbRemediationStore,
} from '../../functions/adapters/dynamodb-remediation.ts';
import { type DynamodbTable, dynamodbTable } from './dynamodb-table.ts';

let db: DynamodbTable;
beforeAll(async () => {
  db = await dynamodbTable();
});
afterAll(async () => db.close());

const entry = (type: string, step = 'Call the desk') => ({
  type,
  steps: [step],
  updatedAt: '2026-01-15T15:00:00.000Z',
});

test('entries are set, replaced, listed the most exact first, and removed', async () => {
  const store = dynamodbRemediationStore(db);
  for (const type of ['*', 'okta.*', 'okta.user.lock', 'okta.user.*']) await store.set(entry(type));
  await store.set({ ...entry('okta.*', 'Ask its owner'), url: 'https://wiki.example.com/' });
  const types = (await store.list()).map(({ type }) => type);
  expect(types).toEqual(['okta.user.lock', 'okta.user.*', 'okta.*', '*']);
  expect(await dynamodbRemediation(db).load()).toEqual(await store.list());
  expect((await store.list())[2]).toMatchObject({
    steps: ['Ask its owner'],
    url: 'https://wiki.example.com/',
  });
  expect(await store.remove('okta.*')).toBe(true);
  expect(await store.remove('okta.*')).toBe(false);
  expect(await store.list()).toHaveLength(3);
});

test('an entry that cannot be read is left out', async () => {
  const store = dynamodbRemediationStore(db);
  const Item = { pk: 'REMEDIATION', sk: 'broken', entry: { type: 'broken', steps: 'none' } };
  await db.client.call('PutItem', { TableName: db.table, Item });
  await db.client.call('PutItem', { TableName: db.table, Item: { pk: 'REMEDIATION', sk: 'empty' } });
  const types = (await store.list()).map(({ type }) => type);
  expect(types).not.toContain('broken');
  expect(types).not.toContain('empty');
});
