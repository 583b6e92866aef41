/** The low byte of SQLite's error codes: https://www.sqlite.org/rescode.html */
const SQLITE = { readOnly: 8, io: 10, corrupt: 11, full: 13, cannotOpen: 14, noDatabase: 26 };
const FULL = new Set(['ENOSPC', 'EDQUOT']);
/** A file over its limit, a disk that fails, a disk that became read-only. */
const UNWRITABLE = new Set(['EFBIG', 'EIO', 'EROFS']);
const UNWRITABLE_IN_SQLITE = new Set([SQLITE.readOnly, SQLITE.io, SQLITE.cannotOpen]);
const DAMAGED_IN_SQLITE = new Set([SQLITE.corrupt, SQLITE.noDatabase]);
/** Some errors have no code, only a message. */
const FULL_IN_WORDS = /no space left on device|disk quota exceeded|database or disk is full/i;

/**
 * The reason why the local run can store nothing, in one line; undefined for an error with another cause.
 *
 * The local run ends then: it could not write its logs either, and would answer 503 for ever. Everything it accepted is on the
 * disk, and the next start goes on from there.
 */
export function diskProblem(error: unknown, folder: string): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { message, code, errcode } = error as Error & { code?: unknown; errcode?: unknown };
  const sqlite = typeof errcode === 'number' ? errcode % 256 : undefined;
  const isIn = (codes: ReadonlySet<number>): boolean => sqlite !== undefined && codes.has(sqlite);
  if (FULL.has(String(code)) || sqlite === SQLITE.full || FULL_IN_WORDS.test(message)) {
    return `the disk of ${folder} is full; free some space and start again, what was accepted is kept`;
  }
  if (UNWRITABLE.has(String(code)) || isIn(UNWRITABLE_IN_SQLITE)) {
    return `${folder} cannot be written (${message}); start again when it can, what was accepted is kept`;
  }
  if (isIn(DAMAGED_IN_SQLITE)) {
    return `state.db in ${folder} is damaged (${message}); put a copy of it there, or start with another --data folder`;
  }
  return diskProblem(error.cause, folder);
}
