import { closeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

/**
 * Opens the file that holds what the emulators must remember.
 *
 * Write-ahead log with `synchronous=NORMAL`: what was committed survives a kill -9 of the process. The file is created
 * with mode 0600 first, because SQLite gives its `-wal` and `-shm` companions the mode of the file itself.
 */
export function openDatabase(path: string): DatabaseSync {
  if (path !== ':memory:') closeSync(openSync(path, 'a', 0o600));
  const db = new DatabaseSync(path);
  db.exec('pragma journal_mode = wal; pragma synchronous = normal; pragma busy_timeout = 2000');
  return db;
}

/** Runs `work` in one transaction; an exception rolls it back and goes on. Not to be nested. */
export function inTransaction<T>(db: DatabaseSync, work: () => T): T {
  db.exec('begin immediate');
  try {
    const result = work();
    db.exec('commit');
    return result;
  } catch (error) {
    // A full disk may have rolled back already; the first error is the one that tells.
    if (db.isTransaction) db.exec('rollback');
    throw error;
  }
}
