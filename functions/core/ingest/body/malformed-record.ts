const PROBLEM = Symbol('what is wrong with the record');

/** Stands among the records for one that could not be read, so that the others keep their index. */
type MalformedRecord = { readonly [PROBLEM]: string };

export function malformed(problem: string): MalformedRecord {
  return { [PROBLEM]: problem };
}

export function isMalformed(record: unknown): record is MalformedRecord {
  return typeof record === 'object' && record !== null && PROBLEM in record;
}

export function problemOf(record: MalformedRecord): string {
  return record[PROBLEM];
}
