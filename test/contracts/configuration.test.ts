import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dynamodbConfigHistory } from '../../functions/adapters/operator/config-history.ts';
import { dynamodbConfigStore } from '../../functions/adapters/operator/config-store.ts';
import type { ConfigHistory, ConfigStore } from '../../functions/core/operator/ports.ts';
import { type DynamodbTable, dynamodbTable } from '../adapters/dynamodb-table.ts';
import { aRoute, aSource, aWebhook } from '../adapters/records.ts';
import { memoryGateway } from '../cli/memory-gateway.ts';
import { differenceBetween, type Step } from './same-answers.ts';

let db: DynamodbTable;
beforeAll(async () => {
  db = await dynamodbTable();
});
afterAll(async () => db.close());

/** What operators configure, and who changed it, which only a gateway with an author tells. */
type Configuration = ConfigStore & ConfigHistory;
const inMemory = (): Configuration => {
  const { config, history } = memoryGateway();
  return { ...config, ...history };
};
const inTable = (): Configuration => ({ ...dynamodbConfigStore(db), ...dynamodbConfigHistory(db) });

const AT = '2026-11-02T00:00:00.000Z';
const VERBS = [
  'create',
  'create by apply',
  'what apply made',
  'list',
  'who changed it',
  'find by id',
  'find by name',
  'rename',
  'update what was read long ago',
  'note a new secret',
  'reserve',
  'reserve late',
  'release',
  'delete',
  'delete what was read long ago',
  'delete and restore',
] as const;

const KINDS = {
  source: (given: { id: string; name: string }) => aSource(given),
  destination: (given: { id: string; name: string }) => aWebhook(given),
  route: (given: { id: string; name: string }) => aRoute(given),
} as const;

const created = (kind: keyof typeof KINDS): Step<Configuration>[] =>
  [
    ['one', 'first'],
    ['two', 'second'],
  ].map(([id = '', name = '']) => ({
    says: `create ${id} ${name}`,
    does: async (store, run) =>
      store.create(kind, KINDS[kind]({ id: `${kind}_${run}_${id}`, name: `${run} ${name}` })),
  }));

const stepsOf = (kind: keyof typeof KINDS) =>
  fc
    .record({
      verb: fc.constantFrom(...VERBS),
      id: fc.constantFrom('one', 'two'),
      name: fc.constantFrom('first', 'second'),
    })
    .map(({ verb, id: shortId, name: shortName }): Step<Configuration> => ({
      says: `${verb} ${shortId} ${shortName}`,
      does: async (store, run) => {
        const id = `${kind}_${run}_${shortId}`;
        const name = `${run} ${shortName}`;
        const made = KINDS[kind]({ id, name });
        const found = await store.find(kind, id);
        if (verb === 'create') return found === undefined ? store.create(kind, made) : 'is there';
        if (verb === 'create by apply') {
          return found === undefined ? store.create(kind, made, 'apply') : 'is there';
        }
        if (verb === 'what apply made') {
          return [...(await store.madeByApply(kind))]
            .filter((one) => one.startsWith(`${kind}_${run}_`))
            .toSorted();
        }
        if (verb === 'who changed it') {
          return [await store.of(kind, id), await store.ofDeleted(kind, name)];
        }
        if (verb === 'find by id') return found;
        if (verb === 'find by name') return store.find(kind, name);
        if (verb === 'list') {
          const { readable, unreadable } = await store.list(kind);
          const mine = readable.filter((one) => one.id.startsWith(`${kind}_${run}_`));
          return { mine: mine.toSorted((a, b) => a.id.localeCompare(b.id)), unreadable };
        }
        if (verb === 'note a new secret') {
          return kind === 'route' ? 'has none' : store.noteNewSecret(kind, id, AT);
        }
        // The shorter name is the first command's, the other the second's.
        const nowMs = verb === 'reserve late' ? 61_001 : 1_000;
        if (verb === 'reserve' || verb === 'reserve late') {
          return store.reserve(kind, id, { by: shortName, nowMs, untilMs: nowMs + 60_000 });
        }
        if (verb === 'release') return store.release(kind, id, { by: shortName });
        const located = await store.locate(kind, id);
        if (found === undefined || located === undefined) {
          return [located, await store.update(kind, made, made)];
        }
        if (verb === 'rename') return store.update(kind, found, { ...found, name });
        if (verb === 'update what was read long ago') {
          const once = { ...found, updatedAt: AT, note: `${shortName} once` };
          return [await store.update(kind, found, once), await store.update(kind, found, found)];
        }
        if (verb === 'delete what was read long ago') {
          await store.update(kind, found, { ...found, updatedAt: AT, note: `${shortName} again` } as never);
          return store.delete(located);
        }
        const answers = [await store.delete(located), await store.delete(located)];
        if (verb === 'delete and restore') await store.restore(located);
        return answers;
      },
    }));

describe('configuration in memory is kept as in the table', () => {
  test.each(['source', 'destination', 'route'] as const)('%s', async (kind) => {
    expect(
      await differenceBetween({
        table: inTable(),
        memory: inMemory,
        begin: created(kind),
        steps: stepsOf(kind),
        numRuns: 20,
      }),
    ).toBeUndefined();
  });
});
