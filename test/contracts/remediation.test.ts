import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dynamodbRemediationStore } from '../../functions/adapters/operator/remediation-store.ts';
import type { RemediationStore } from '../../functions/core/operator/ports.ts';
import { type DynamodbTable, dynamodbTable } from '../adapters/dynamodb-table.ts';
import { memoryRemediation } from '../cli/memory-gateway.ts';
import { differenceBetween, type Step } from './same-answers.ts';

let db: DynamodbTable;
beforeAll(async () => {
  db = await dynamodbTable();
});
afterAll(async () => db.close());

const steps = fc
  .record({
    verb: fc.constantFrom('list', 'find', 'set', 'set on what was found long ago', 'remove', 'remove twice'),
    type: fc.constantFrom('*', 'okta.*', 'okta.user.lock'),
    step: fc.constantFrom('Call the desk', 'Ask its owner'),
  })
  .map(({ verb, type, step }): Step<RemediationStore> => ({
    says: `${verb} ${type} ${step}`,
    does: async (store, run) => {
      const mine = `${run}.${type}`;
      const entry = { type: mine, steps: [step], updatedAt: '2026-01-15T15:00:00.000Z' };
      const found = await store.find(mine);
      if (verb === 'find') return found !== undefined;
      if (verb === 'set') return store.set(entry, found);
      if (verb === 'set on what was found long ago') {
        return [
          await store.set({ ...entry, steps: [step, 'Meanwhile'] }, found),
          await store.set(entry, found),
        ];
      }
      if (verb === 'list') {
        const { readable, unreadable } = await store.list();
        return { readable: readable.filter(({ type: one }) => one.startsWith(`${run}.`)), unreadable };
      }
      if (found === undefined) return 'nothing to remove';
      return verb === 'remove'
        ? store.remove(mine, found)
        : [await store.remove(mine, found), await store.remove(mine, found)];
    },
  }));

test('what operators wrote about types is kept in memory as in the table', async () => {
  expect(
    await differenceBetween({ table: dynamodbRemediationStore(db), memory: memoryRemediation, steps }),
  ).toBeUndefined();
});
