import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  dynamodbRemediation,
  dynamodbUnreadableRemediation,
} from '../../../functions/adapters/dynamodb/remediation.ts';
import { dynamodbRemediationStore } from '../../../functions/adapters/operator/remediation-store.ts';
import { type DynamodbTable, dynamodbTable } from '../dynamodb-table.ts';

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
  for (const type of ['*', 'okta.*', 'okta.user.lock', 'okta.user.*'])
    await store.set(entry(type), undefined);
  const first = await store.find('okta.*');
  await store.set({ ...entry('okta.*', 'Ask its owner'), url: 'https://wiki.example.com/' }, first);
  const types = (await store.list()).readable.map(({ type }) => type);
  expect(types).toEqual(['okta.user.lock', 'okta.user.*', 'okta.*', '*']);
  expect(await dynamodbRemediation(db).load()).toEqual((await store.list()).readable);
  expect((await store.list()).readable[2]).toMatchObject({
    steps: ['Ask its owner'],
    url: 'https://wiki.example.com/',
  });
  // What was read at first is not there any more.
  expect(await store.remove('okta.*', first ?? { stored: undefined })).toBe('changed-meanwhile');
  expect(await store.set(entry('okta.*'), first)).toBe('changed-meanwhile');
  expect(await store.set(entry('okta.*'), undefined)).toBe('changed-meanwhile');
  const second = await store.find('okta.*');
  expect(await store.remove('okta.*', second ?? { stored: undefined })).toBe('changed');
  expect(await store.find('okta.*')).toBeUndefined();
  expect((await store.list()).readable).toHaveLength(3);
});

test('an entry that cannot be read is named, left out of mails, and can be removed', async () => {
  const store = dynamodbRemediationStore(db);
  const Item = { pk: 'REMEDIATION', sk: 'broken', entry: { type: 'broken', steps: 'none' } };
  await db.client.call('PutItem', { TableName: db.table, Item });
  await db.client.call('PutItem', { TableName: db.table, Item: { pk: 'REMEDIATION', sk: 'empty' } });
  const { readable, unreadable } = await store.list();
  expect(unreadable).toEqual([
    {
      kind: 'remediation',
      id: 'broken',
      problem: 'entry.steps is not what it should be; expected an array',
    },
    { kind: 'remediation', id: 'empty', problem: 'entry is missing; expected an object' },
  ]);
  expect(await dynamodbUnreadableRemediation(db).list()).toEqual(unreadable);
  expect(await dynamodbRemediation(db).load()).toEqual(readable);
  for (const { id } of unreadable) {
    const found = await store.find(id);
    expect(await store.remove(id, found ?? { stored: undefined })).toBe('changed');
  }
  expect((await store.list()).unreadable).toEqual([]);
});
