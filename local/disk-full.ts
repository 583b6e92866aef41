/** `SQLITE_FULL`: https://www.sqlite.org/rescode.html#full */
const SQLITE_FULL = 13;
const CODES = new Set(['ENOSPC', 'EDQUOT']);
/** Some errors tell it in words alone. */
const WORDS = /no space left on device|disk quota exceeded|database or disk is full/i;

/**
 * Whether an error says that the disk is full. The local run ends then: what it accepted is on the disk, and a start goes
 * on from there. It could not write its logs either.
 */
export function isDiskFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, errcode } = error as Error & { code?: unknown; errcode?: unknown };
  return (
    CODES.has(String(code)) || errcode === SQLITE_FULL || WORDS.test(error.message) || isDiskFull(error.cause)
  );
}
