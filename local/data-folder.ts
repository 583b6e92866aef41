import { chmodSync, closeSync, existsSync, mkdirSync, openSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { messageOf, StartError } from './start-error.ts';

/** Tables were LevelDB files in a folder of this name; without them configuration and alerts would seem to be gone. */
const EARLIER_TABLES = 'dynamodb';

type DataFolder = { path: string; release: () => void };

/**
 * Takes a data folder for this process alone.
 *
 * The lock is SQLite's lock on a file of its own: the operating system drops it when the process ends, however it ends.
 *
 * @throws {StartError} when the folder cannot be written, another local run has it, or an earlier version wrote it
 */
export function takeDataFolder(folder: string): DataFolder {
  const path = resolve(folder);
  const lockFile = join(path, 'lock');
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    chmodSync(path, 0o700);
    closeSync(openSync(lockFile, 'a', 0o600));
  } catch (error) {
    throw new StartError(`cannot use the data folder ${path}: ${messageOf(error)}`, { cause: error });
  }
  if (existsSync(join(path, EARLIER_TABLES))) {
    throw new StartError(
      `the data folder ${path} holds tables of an earlier version (${EARLIER_TABLES}), which this one cannot read; choose another folder with --data`,
    );
  }
  const lock = new DatabaseSync(lockFile);
  try {
    lock.exec('pragma locking_mode = exclusive; begin exclusive');
  } catch (error) {
    lock.close();
    throw new StartError(
      `the data folder ${path} is in use by another local run; stop it or choose another folder with --data`,
      { cause: error },
    );
  }
  return {
    path,
    release: () => {
      lock.close();
    },
  };
}

/** Writes a file as a whole, with mode 0600: a reader sees the old text or the new, never half of it. */
export function writePrivateFile(path: string, text: string): void {
  const draft = `${path}.new`;
  writeFileSync(draft, text, { mode: 0o600 });
  renameSync(draft, path);
}
