import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { dynamodbDestinationPauses } from '../../../functions/adapters/dynamodb/destination-pauses.ts';
import { dynamodbConfigVersion } from '../../../functions/adapters/dynamodb/config.ts';
import { dynamodbDestinationRegistry } from '../../../functions/adapters/dynamodb/destinations.ts';
import { dynamodbRoutingTable } from '../../../functions/adapters/dynamodb/routing-table.ts';
import { dynamodbSourceRegistry } from '../../../functions/adapters/dynamodb/sources.ts';
import { describeUnreadable } from '../../../functions/core/model/config/unreadable-config.ts';
import { dynamodbConfigStore } from '../../../functions/adapters/operator/config-store.ts';
import { type DynamodbTable, dynamodbTable } from '../dynamodb-table.ts';
import { aMailingList, aRoute, aSource, aWebhook } from '../records.ts';

let db: DynamodbTable;
beforeEach(async () => {
  db = await dynamodbTable();
});
afterEach(async () => db.close());

const put = async (item: Record<string, unknown>) =>
  db.client.call('PutItem', { TableName: db.table, Item: item });

describe('the configuration as functions read it', () => {
  test('finds what the operator wrote, and nothing else', async () => {
    const store = dynamodbConfigStore(db);
    await store.create('source', aSource());
    await store.create('destination', aWebhook());
    expect(await dynamodbSourceRegistry(db).find('src_1')).toEqual(aSource());
    expect(await dynamodbDestinationRegistry(db).find('dst_1')).toEqual(aWebhook());
    expect(await dynamodbSourceRegistry(db).find('src_2')).toBeUndefined();
    expect(await dynamodbSourceRegistry(db).find('one')).toBeUndefined();
  });

  test('asks for a source past every replica: one just created accepts its first request', async () => {
    await dynamodbConfigStore(db).create('source', aSource());
    await dynamodbSourceRegistry(db).find('src_1');
    expect(JSON.parse(db.calls.at(-1)?.body ?? '{}')).toMatchObject({ ConsistentRead: true });
  });

  test('routing reads everything, page after page', async () => {
    // Together more than the 1 MiB of one page.
    const labels = Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [`label-${index}`, 'v'.repeat(4_000)]),
    );
    for (let index = 0; index < 30; index += 1) {
      await put({
        pk: 'ROUTE',
        sk: `rte_${index}`,
        config: aRoute({ id: `rte_${index}`, condition: { labels } }),
      });
    }
    await dynamodbConfigStore(db).create('destination', aMailingList());
    const { routes, destinations, unreadable } = await dynamodbRoutingTable(db).load();
    expect(new Set(routes.map(({ id }) => id)).size).toBe(30);
    expect(destinations).toEqual([aMailingList()]);
    expect(unreadable).toEqual({ routes: [], destinations: [], others: [] });
    expect(db.calls.filter(({ operation }) => operation === 'Query').length).toBeGreaterThan(3);
  });

  test('what cannot be read is listed, and the rest is routed', async () => {
    await put({ pk: 'DESTINATION', sk: 'dst_1', config: aWebhook() });
    await put({ pk: 'DESTINATION', sk: 'dst_bad', config: { ...aWebhook({ id: 'dst_bad' }), url: 7 } });
    await put({
      pk: 'DESTINATION',
      sk: 'dst_fax',
      config: { ...aWebhook({ id: 'dst_fax' }), channel: 'fax' },
    });
    await put({
      pk: 'ROUTE',
      sk: 'rte_bad',
      config: { ...aRoute({ id: 'rte_bad' }), condition: { types: 'x' } },
    });
    await put({ pk: 'ROUTE', sk: 'rte_empty' });
    const { routes, destinations, unreadable } = await dynamodbRoutingTable(db).load();
    expect(destinations).toEqual([aWebhook()]);
    expect(routes).toEqual([]);
    expect([...unreadable.routes, ...unreadable.destinations].map(describeUnreadable)).toEqual([
      'route "all" (rte_bad) cannot be read: condition.types is not what it should be; expected an array',
      'route "rte_empty" cannot be read: config is missing; expected an object',
      'destination "hook" (dst_bad) cannot be read: url is not what it should be; expected a string of at most 4096 characters',
      'destination "hook" (dst_fax) cannot be read: channel is "fax"; expected one of email, webhook',
    ]);
  });

  test('a single one that cannot be read is an error that names it', async () => {
    const { defaultSeverity: _, ...rest } = aSource();
    await put({ pk: 'SOURCE', sk: 'src_1', config: rest });
    await expect(dynamodbSourceRegistry(db).find('src_1')).rejects.toThrow(
      'source "one" cannot be read: defaultSeverity is missing; expected one of info, low, medium, high, critical',
    );
  });
});

describe('the configuration as the operator writes it', () => {
  test('is found by id and by name, and listed', async () => {
    const store = dynamodbConfigStore(db);
    expect(await store.create('route', aRoute())).toBe('created');
    expect(await store.find('route', 'rte_1')).toEqual(aRoute());
    expect(await store.find('route', 'all')).toEqual(aRoute());
    expect(await store.find('route', 'none')).toBeUndefined();
    expect(await store.list('route')).toEqual({ readable: [aRoute()], unreadable: [] });
  });

  test('names are unique per kind', async () => {
    const store = dynamodbConfigStore(db);
    await store.create('source', aSource({ name: 'same' }));
    expect(await store.create('source', aSource({ id: 'src_2', name: 'same' }))).toBe('name-taken');
    expect(await store.create('route', aRoute({ name: 'same' }))).toBe('created');
    expect((await store.list('source')).readable).toHaveLength(1);
  });

  test('of many that want a name at once, one gets it', async () => {
    const store = dynamodbConfigStore(db);
    const results = await Promise.all(
      Array.from({ length: 8 }, async (_, index) => store.create('source', aSource({ id: `src_${index}` }))),
    );
    const created = results.filter((result) => result === 'created').length;
    const { readable: listed } = await store.list('source');
    // Two that overlap in the worst way may undo each other; never are there two.
    expect(created).toBeLessThanOrEqual(1);
    expect(listed).toHaveLength(created);
  });

  test('a rename claims the new name, refuses one that is taken, and frees the old', async () => {
    const store = dynamodbConfigStore(db);
    await store.create('source', aSource({ name: 'old' }));
    await store.create('source', aSource({ id: 'src_2', name: 'other' }));
    const old = aSource({ name: 'old' });
    expect(await store.update('source', old, aSource({ name: 'other' }))).toBe('name-taken');
    expect(await store.update('source', old, aSource({ name: 'new' }))).toBe('changed');
    expect(await store.find('source', 'new')).toEqual(aSource({ name: 'new' }));
    expect(await store.find('source', 'old')).toBeUndefined();
    expect(await store.create('source', aSource({ id: 'src_3', name: 'old' }))).toBe('created');
  });

  test('an update changes everything but needs the item', async () => {
    const store = dynamodbConfigStore(db);
    const off = aSource({ isEnabled: false });
    expect(await store.update('source', aSource(), off)).toBe('not-found');
    await store.create('source', aSource());
    expect(await store.update('source', aSource(), off)).toBe('changed');
    expect(await store.find('source', 'one')).toEqual(off);
  });

  test('an update of what was changed meanwhile changes nothing, a claimed name included', async () => {
    const store = dynamodbConfigStore(db);
    await store.create('source', aSource());
    const off = aSource({ isEnabled: false });
    await store.update('source', aSource(), off);
    expect(await store.update('source', aSource(), aSource({ format: 'github' }))).toBe('changed-meanwhile');
    // Between the look and the write: the first put claims the new name, the second is the write.
    db.breakNext('PutItem', 'pass');
    db.breakNext('PutItem', async (): Promise<'pass'> => {
      await dynamodbConfigStore(db).noteNewSecret('source', 'src_1', '2026-01-16T00:00:00.000Z');
      return 'pass';
    });
    expect(await store.update('source', off, aSource({ name: 'new' }))).toBe('changed-meanwhile');
    expect(await store.find('source', 'one')).toMatchObject({ isEnabled: false, secretVersion: 1 });
    expect(await store.create('source', aSource({ id: 'src_2', name: 'new' }))).toBe('created');
  });

  test('deleting frees the name, also of an item that cannot be read', async () => {
    const store = dynamodbConfigStore(db);
    await store.create('source', aSource());
    await put({ pk: 'SOURCE', sk: 'src_1', config: { id: 'src_1', name: 'one' } });
    const found = (await store.locate('source', 'one')) ?? expect.fail('it is not there');
    expect(found).toMatchObject({ kind: 'source', id: 'src_1', name: 'one' });
    await put({ pk: 'SOURCE', sk: 'src_1', config: { id: 'src_1', name: 'one', isEnabled: false } });
    expect(await store.delete(found)).toBe('changed-meanwhile');
    const now = (await store.locate('source', 'src_1')) ?? expect.fail('it is not there');
    expect(await store.delete(now)).toBe('changed');
    expect(await store.delete(now)).toBe('not-found');
    expect(await store.list('source')).toEqual({ readable: [], unreadable: [] });
    expect(await store.create('source', aSource({ id: 'src_2' }))).toBe('created');
  });

  test.each([
    [
      'before its configuration was written',
      async () => put({ pk: 'NAME#source', sk: 'one', owner_id: 'src_0' }),
    ],
    [
      'before a rename freed the old name',
      async () => {
        await put({ pk: 'NAME#source', sk: 'one', owner_id: 'src_0' });
        await put({ pk: 'SOURCE', sk: 'src_0', config: aSource({ id: 'src_0', name: 'renamed' }) });
      },
    ],
  ])('a claim that a crash left behind %s is taken over', async (_name, crash) => {
    await crash();
    const store = dynamodbConfigStore(db);
    expect(await store.create('source', aSource())).toBe('created');
    expect(await store.find('source', 'one')).toEqual(aSource());
  });

  test('who lost the name in the middle of a create undoes it', async () => {
    const store = dynamodbConfigStore(db);
    // The first put claims the name. The second writes the configuration: before it, another takes the claim over.
    db.breakNext('PutItem', 'pass');
    db.breakNext('PutItem', async (): Promise<'pass'> => {
      await put({ pk: 'NAME#source', sk: 'one', owner_id: 'src_2' });
      return 'pass';
    });
    expect(await store.create('source', aSource())).toBe('name-taken');
    expect(await store.find('source', 'src_1')).toBeUndefined();
  });
});

test('every change counts, after it was made: who reads the new version finds the change', async () => {
  const store = dynamodbConfigStore(db);
  const version = dynamodbConfigVersion(db);
  const seen = new Set([await version.read()]);
  const counts = async (change: () => Promise<unknown>) => {
    const before = db.calls.length;
    await change();
    const writes = db.calls
      .slice(before)
      .filter(({ operation }) => /^(?:Put|Update|Delete)Item$/u.test(operation));
    const counted = writes.findLastIndex(({ body }) => body.includes('"CONFIG"'));
    const changed = writes.findLastIndex(({ body }) => /"(?:SOURCE|DESTINATION|ROUTE)"/u.test(body));
    expect(counted).toBeGreaterThan(changed);
    expect(seen).not.toContain(await version.read());
    seen.add(await version.read());
  };
  await counts(async () => store.create('destination', aWebhook()));
  await counts(async () => store.create('route', aRoute()));
  await counts(async () => store.update('destination', aWebhook(), aWebhook({ minSeverity: 'high' })));
  await counts(async () => store.noteNewSecret('destination', 'dst_1', '2026-01-16T00:00:00.000Z'));
  const paused = { clock: { now: () => Date.parse('2026-01-16T00:00:00.000Z') }, ...db };
  await counts(async () =>
    dynamodbDestinationPauses(paused).pause(aWebhook({ version: 2 }), 'receiver-gone'),
  );
  const found = (await store.locate('route', 'all')) ?? expect.fail('it is not there');
  await counts(async () => store.delete(found));
  await counts(async () => store.restore(found));
  expect(await store.find('route', 'all')).toEqual(aRoute());
});
