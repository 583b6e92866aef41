import type { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../../clock.ts';
import { isJsonObject } from '../../json-object.ts';
import type { JsonObject } from '../../json-object.ts';
import { requiredText } from '../read-input.ts';
import type { DynaliteEngine } from './dynalite-engine.ts';

/** DynamoDB takes up to days; ten minutes keeps a long local run small without being seen in its processor time. */
const SWEEP_EVERY_MS = 600_000;
const PAGE_SIZE = 200;

type KeySchema = { AttributeName: string }[];

/** Time to live: which attribute of which table says when an item may go, and the sweep that removes such items. */
export function openTimeToLive(db: DatabaseSync, clock: Clock, engine: DynaliteEngine) {
  db.exec('create table if not exists time_to_live (table_name text primary key, attribute text not null)');
  const save = db.prepare('insert or replace into time_to_live values (?, ?)');
  const remove = db.prepare('delete from time_to_live where table_name = ?');
  const all = db.prepare('select * from time_to_live');
  const attributeOf = db.prepare('select attribute from time_to_live where table_name = ?');

  function set(table: string, attribute: string | undefined): void {
    if (attribute === undefined) remove.run(table);
    else save.run(table, attribute);
  }

  async function sweepTable(TableName: string, attribute: string): Promise<number> {
    const described = await engine.call('DescribeTable', { TableName });
    const { KeySchema } = described['Table'] as { KeySchema: KeySchema };
    let removed = 0;
    let from: unknown;
    do {
      const page = await engine.call('Scan', {
        TableName,
        Limit: PAGE_SIZE,
        FilterExpression: '#ttl < :now',
        ExpressionAttributeNames: { '#ttl': attribute },
        ExpressionAttributeValues: { ':now': { N: String(Math.floor(clock.now() / 1000)) } },
        ...(from !== undefined && { ExclusiveStartKey: from }),
      });
      for (const item of page['Items'] as JsonObject[]) {
        const Key = Object.fromEntries(KeySchema.map((key) => [key.AttributeName, item[key.AttributeName]]));
        await engine.call('DeleteItem', { TableName, Key });
        removed += 1;
      }
      from = page['LastEvaluatedKey'];
    } while (from !== undefined);
    return removed;
  }

  /** Removes expired items of every table; returns how many. */
  async function sweep(): Promise<number> {
    let removed = 0;
    for (const { table_name, attribute } of all.all() as { table_name: string; attribute: string }[]) {
      removed += await sweepTable(table_name, attribute);
    }
    return removed;
  }

  let sweeping: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    // A sweep that fails is tried again by the next one; expired items are only kept longer.
    sweeping = sweep().catch(() => undefined);
  }, SWEEP_EVERY_MS);
  timer.unref();

  return {
    set,
    sweep,
    update(input: JsonObject): JsonObject {
      const specification = isJsonObject(input['TimeToLiveSpecification'])
        ? input['TimeToLiveSpecification']
        : {};
      const attribute = requiredText(specification, 'AttributeName');
      set(requiredText(input, 'TableName'), specification['Enabled'] === true ? attribute : undefined);
      return { TimeToLiveSpecification: specification };
    },
    describe(input: JsonObject): JsonObject {
      const row = attributeOf.get(requiredText(input, 'TableName')) as { attribute: string } | undefined;
      const description =
        row === undefined
          ? { TimeToLiveStatus: 'DISABLED' }
          : { TimeToLiveStatus: 'ENABLED', AttributeName: row.attribute };
      return { TimeToLiveDescription: description };
    },
    async stop(): Promise<void> {
      clearInterval(timer);
      await sweeping;
    },
  };
}
