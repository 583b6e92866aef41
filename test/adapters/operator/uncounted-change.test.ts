import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DynamodbClient } from '../../../functions/adapters/dynamodb/client.ts';
import { dynamodbConfigVersion } from '../../../functions/adapters/dynamodb/config.ts';
import { configVersionKey } from '../../../functions/adapters/dynamodb/keys.ts';
import { dynamodbRoutingTable } from '../../../functions/adapters/dynamodb/routing-table.ts';
import { cachedRoutingTable } from '../../../functions/adapters/memory/cached-configuration.ts';
import { dynamodbConfigStore } from '../../../functions/adapters/operator/config-store.ts';
import type { ConfigStore } from '../../../functions/core/operator/ports.ts';
import { clockAt, type DynamodbTable, dynamodbTable } from '../dynamodb-table.ts';
import { aWebhook } from '../records.ts';

/**
 * Each change of the configuration, while the call that counts it is refused: who hears that it is made can rely on it, because
 * the routers, which remember what was, have let go of it by then.
 */
let db: DynamodbTable;
beforeEach(async () => {
  db = await dynamodbTable();
});
afterEach(async () => db.close());

const WHOLE = aWebhook({ id: 'dst_1', name: 'hook' });
const LATER = '2026-02-01T00:00:00.000Z';
const CHANGES: Record<string, (store: ConfigStore) => Promise<unknown>> = {
  create: async (store) => store.create('destination', aWebhook({ id: 'dst_2', name: 'other' })),
  update: async (store) => store.update('destination', WHOLE, { ...WHOLE, isEnabled: false }),
  rename: async (store) => store.update('destination', WHOLE, { ...WHOLE, name: 'renamed' }),
  'a new secret': async (store) => store.noteNewSecret('destination', 'dst_1', LATER),
  delete: async (store) => store.delete((await store.locate('destination', 'hook'))!),
  restore: async (store) => {
    const item = (await store.locate('destination', 'hook'))!;
    await dynamodbConfigStore(db).delete(item);
    return store.restore(item);
  },
};

function refusing(client: DynamodbClient, refused: () => void): DynamodbClient {
  const isCount = (input: object) =>
    JSON.stringify((input as { Key?: object }).Key) === JSON.stringify(configVersionKey());
  return {
    ...client,
    call: async (operation, input) => {
      if (operation !== 'UpdateItem' || !isCount(input)) return client.call(operation, input);
      refused();
      throw new Error('not counted');
    },
  };
}

describe.each(Object.entries(CHANGES))('%s', (_name, change) => {
  it('is known to every router when it is said to be made, although it could not be counted', async () => {
    const clock = clockAt('2026-01-15T15:00:00.000Z');
    await dynamodbConfigStore(db).create('destination', WHOLE);
    const routers = cachedRoutingTable(dynamodbRoutingTable(db), {
      clock,
      version: dynamodbConfigVersion(db),
    });
    await routers.load();
    let refusals = 0;
    const store = dynamodbConfigStore({
      client: refusing(db.client, () => (refusals += 1)),
      table: db.table,
      sleep: async (ms) => void (clock.at += ms),
    });
    expect(String(await change(store))).not.toMatch(/not-found|meanwhile|taken/u);
    expect(refusals).toBeGreaterThan(0);
    expect((await routers.load()).destinations).toEqual((await dynamodbRoutingTable(db).load()).destinations);
  });

  it('fails where nobody can wait', async () => {
    await dynamodbConfigStore(db).create('destination', WHOLE);
    const store = dynamodbConfigStore({ client: refusing(db.client, () => {}), table: db.table });
    await expect(change(store)).rejects.toThrow('not counted');
  });
});
