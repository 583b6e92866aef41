import { channel } from 'node:diagnostics_channel';
import { createRequire } from 'node:module';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { Readable } from 'node:stream';
import { BOUND_LIMIT } from '../database.ts';

/** Bounds of keys, as dynalite gives them: `limit` -1 is all. */
type Range = {
  gt?: string;
  gte?: string;
  lt?: string;
  lte?: string;
  reverse?: boolean;
  limit?: number;
};
type Done = (error: unknown) => void;
type Found = (error: unknown, value?: unknown) => void;
type Change = { type: 'put' | 'del'; key: string; value?: unknown };
type Row = { key: string; value: string };

export type ItemSpace = {
  /** dynalite's lock: one change at a time for each key. */
  lock: unknown;
  get(key: string, done: Found): void;
  put(key: string, value: unknown, done: Done): void;
  del(key: string, done: Done): void;
  batch(changes: Change[], done: Done): void;
  createKeyStream(range?: Range): Readable;
  createValueStream(range?: Range): Readable;
};

/** The channel that tells of each change of an item of a table: the benches count the cost of it. */
export const TABLE_CHANGES = 'tocsin:table-changes';
export type TableChange = { before: unknown; after: unknown };
const changes = channel(TABLE_CHANGES);

/** Rows that are read at a time: a query ends where a page of 1 MB does, and must not read what comes after it. */
const ROWS_AT_A_TIME = 32;

const { Lock } = createRequire(createRequire(import.meta.url).resolve('dynalite/db'))('lock') as {
  Lock: (this: void) => unknown;
};

/**
 * Named spaces of keys in order, with JSON values: what dynalite keeps its tables and indexes in.
 *
 * Everything happens before the call returns, on the thread that calls: no thread has to be woken for it, and what one
 * action changes is one transaction of its caller. Keys are in the order of their UTF-8 bytes.
 */
export function openItemSpaces(db: DatabaseSync) {
  // With a row id: an item of some KB would fill the pages of a table that is ordered by its key.
  db.exec(
    'create table if not exists item (space text not null, key text not null, value text not null, unique (space, key))',
  );
  const find = db.prepare('select value from item where space = ? and key = ?');
  // Most changes of an item leave what an index says of it: such a row is not written again.
  const save = db.prepare(
    `insert into item values (?, ?, ?) on conflict (space, key)
    do update set value = excluded.value where value is not excluded.value`,
  );
  const remove = db.prepare('delete from item where space = ? and key = ?');
  const reads = new Map<string, StatementSync>();

  function read(space: string, { gt, gte = '', lt, lte, reverse }: Range, limit: number): Row[] {
    const bounds: [string, string | undefined][] = [
      gt === undefined ? ['key >= ?', gte] : ['key > ?', gt],
      ['key < ?', lt],
      ['key <= ?', lte],
    ];
    const used = bounds.filter((bound): bound is [string, string] => bound[1] !== undefined);
    const order = reverse === true ? 'desc' : 'asc';
    const sql = `select key, value from item where space = ? and ${used.map(([text]) => text).join(' and ')} order by key ${order} ${BOUND_LIMIT}`;
    const statement = reads.get(sql) ?? db.prepare(sql);
    reads.set(sql, statement);
    return statement.all(space, ...used.map(([, bound]) => bound), limit) as Row[];
  }

  function* rows(space: string, range: Range): Generator<Row> {
    let left = range.limit === undefined || range.limit < 0 ? Infinity : range.limit;
    let rest = range;
    while (left > 0) {
      const wanted = Math.min(left, ROWS_AT_A_TIME);
      const found = read(space, rest, wanted);
      yield* found;
      const last = found.at(-1);
      if (last === undefined || found.length < wanted) return;
      left -= found.length;
      if (range.reverse === true) {
        const { lte: _, ...kept } = rest;
        rest = { ...kept, lt: last.key };
      } else {
        const { gte: _, ...kept } = rest;
        rest = { ...kept, gt: last.key };
      }
    }
  }

  function* mapped<T>(space: string, range: Range, map: (row: Row) => T): Generator<T> {
    for (const row of rows(space, range)) yield map(row);
  }

  /** dynalite takes errors in its callbacks, not as exceptions. An exception of the callback itself goes through. */
  function tell(done: Done, work: () => void): void {
    let failure: unknown = null;
    try {
      work();
    } catch (error) {
      failure = error;
    }
    done(failure);
  }

  return function openSpace(space: string): ItemSpace {
    const isOfItems = space.startsWith('item-');
    const change = ({ type, key, value }: Change): void => {
      if (isOfItems && changes.hasSubscribers) {
        const row = find.get(space, key) as { value: string } | undefined;
        const before = row === undefined ? undefined : (JSON.parse(row.value) as unknown);
        changes.publish({ before, after: value } satisfies TableChange);
      }
      if (type === 'del') remove.run(space, key);
      else save.run(space, key, JSON.stringify(value));
    };
    return {
      lock: Lock(),
      get(key, done) {
        let value: unknown;
        tell(
          (error) => {
            done(error, value);
          },
          () => {
            const row = find.get(space, key) as { value: string } | undefined;
            if (row !== undefined) value = JSON.parse(row.value) as unknown;
          },
        );
      },
      put(key, value, done) {
        tell(done, () => {
          change({ type: 'put', key, value });
        });
      },
      del(key, done) {
        tell(done, () => {
          change({ type: 'del', key });
        });
      },
      batch(changes, done) {
        tell(done, () => {
          for (const each of changes) change(each);
        });
      },
      createKeyStream: (range = {}) => Readable.from(mapped(space, range, ({ key }) => key)),
      createValueStream: (range = {}) =>
        Readable.from(mapped(space, range, ({ value }) => JSON.parse(value) as unknown)),
    };
  };
}
