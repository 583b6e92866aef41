/** What to do about alerts of a type, as an operator wrote it down. */
export type Remediation = {
  /** The exact type, or its beginning and `*`. */
  type: string;
  steps: readonly string[];
  /** Where more is written: `https` only. */
  url?: string;
  /** ISO 8601. */
  updatedAt: string;
};

/** The entries by type, the most exact first: the first one that matches counts. */
export type RemediationTable = readonly Pick<Remediation, 'type' | 'steps' | 'url'>[];

/** Exact types before patterns, long patterns before short ones. */
export function mostExactFirst<T extends { type: string }>(entries: readonly T[]): T[] {
  const isPattern = ({ type }: T) => type.endsWith('*');
  return entries.toSorted(
    (a, b) =>
      Number(isPattern(a)) - Number(isPattern(b)) ||
      b.type.length - a.type.length ||
      a.type.localeCompare(b.type),
  );
}
