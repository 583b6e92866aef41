import type { DatabaseSync } from 'node:sqlite';
import type { Account } from '../account.ts';
import { openItemSpaces } from './item-space.ts';
import type { ItemSpace } from './item-space.ts';

type Found = (error: unknown, table?: Table) => void;
type Table = { TableStatus?: string };

export type TableStore = ReturnType<typeof openTableStore>;

/** The largest item, in KB, as in dynalite's own store. */
const MAX_ITEM_KB = 400;

/**
 * The store that dynalite's actions work on, over SQLite: those members of its own (`dynalite/db`) that the emulated actions
 * use. Its own is over LevelDB and hands each read and write to another thread.
 *
 * Descriptions of tables that are ready stay in memory: each action on an item asks for one.
 */
export function openTableStore(db: DatabaseSync, account: Account) {
  const openSpace = openItemSpaces(db);
  const spaces = new Map<string, ItemSpace>();
  const known = new Map<string, Table>();

  function spaceOf(name: string): ItemSpace {
    const space = spaces.get(name) ?? openSpace(name);
    spaces.set(name, space);
    return space;
  }
  const itemsOf = (table: string): string => `item-${table}`;
  const indexOf = (type: string, table: string, index: string): string =>
    `index-${type.toLowerCase()}~${table}~${index}`;

  const tables = spaceOf('table');
  const tableDb = { ...tables, awsAccountId: account.accountId, awsRegion: account.region };

  function getTable(name: string, checkStatus: boolean | Found, found?: Found): void {
    const done = typeof checkStatus === 'function' ? checkStatus : found;
    const mustBeReady = checkStatus !== false;
    // An action on the table itself changes what it is given.
    const ready = mustBeReady ? known.get(name) : undefined;
    if (ready !== undefined) {
      done?.(null, ready);
      return;
    }
    tables.get(name, (error, value) => {
      const table = value as Table | undefined;
      const { TableStatus: status } = table ?? {};
      const isUsable = status !== undefined && !(mustBeReady && ['CREATING', 'DELETING'].includes(status));
      if (mustBeReady && status === 'ACTIVE' && table !== undefined) known.set(name, table);
      if (error === null && !isUsable) done?.(noSuchTable(mustBeReady ? undefined : name));
      else done?.(error, table);
    });
  }

  return {
    // Tables change at once.
    options: {
      createTableMs: 0,
      deleteTableMs: 0,
      updateTableMs: 0,
      maxItemSizeKb: MAX_ITEM_KB,
      maxItemSize: MAX_ITEM_KB * 1024,
    },
    tableDb,
    getTable,
    getItemDb: (table: string) => spaceOf(itemsOf(table)),
    getIndexDb: (type: string, table: string, index: string) => spaceOf(indexOf(type, table, index)),
    /** An action that creates a table calls it: the descriptions are read again. */
    forgetTables: () => {
      known.clear();
    },
  };
}

/** The error of dynalite's own store; with a name where the action is about the table itself. */
function noSuchTable(name: string | undefined): Error {
  const message = 'Requested resource not found';
  return Object.assign(new Error(message), {
    name: 'NotFoundError',
    statusCode: 400,
    body: {
      __type: 'com.amazonaws.dynamodb.v20120810#ResourceNotFoundException',
      message: name === undefined ? message : `${message}: Table: ${name} not found`,
    },
  });
}
