import { closeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { StatementSync } from 'node:sqlite';

/**
 * Opens the file that holds what the emulators must remember.
 *
 * Write-ahead log with `synchronous=NORMAL`: what was committed survives a kill -9 of the process. With `fsync` it survives
 * a power cut too, since each commit waits for the disk (https://www.sqlite.org/pragma.html#pragma_synchronous). The file is created
 * with mode 0600 first, because SQLite gives its `-wal` and `-shm` companions the mode of the file itself.
 */
export function openDatabase(path: string, { fsync = false }: { fsync?: boolean } = {}): DatabaseSync {
  if (path !== ':memory:') closeSync(openSync(path, 'a', 0o600));
  const db = new DatabaseSync(path);
  const synchronous = fsync ? 'full' : 'normal';
  db.exec(`pragma journal_mode = wal; pragma synchronous = ${synchronous}; pragma busy_timeout = 2000`);
  return db;
}

/**
 * A limit that is bound when a statement runs. SQLite compiles a statement anew, some 10 us, whenever its LIMIT is a parameter and is bound
 * again, since it plans by the value; it does not look into a sum.
 */
export const BOUND_LIMIT = 'limit ? + 0';

type Statements = Record<'begin' | 'commit', StatementSync>;
const prepared = new WeakMap<DatabaseSync, Statements>();

function statementsOf(db: DatabaseSync): Statements {
  const known = prepared.get(db);
  if (known !== undefined) return known;
  const statements = { begin: db.prepare('begin immediate'), commit: db.prepare('commit') };
  prepared.set(db, statements);
  return statements;
}

/** Runs `work` in one transaction; an exception rolls it back and goes on. Not to be nested. */
export function inTransaction<T>(db: DatabaseSync, work: () => T): T {
  const { begin, commit } = statementsOf(db);
  begin.run();
  try {
    const result = work();
    commit.run();
    return result;
  } catch (error) {
    // A full disk may have rolled back already; the first error is the one that tells.
    if (db.isTransaction) db.exec('rollback');
    throw error;
  }
}
