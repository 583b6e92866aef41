/** A few cases, always the same. More of them, or `all`, when what delivers, claims or records changes. */
const WANTED = process.env['TOCSIN_FAULTS'] ?? '';

export const IS_ALL = WANTED === 'all';

/** Of thousands of cases as many as are usual, or as `TOCSIN_FAULTS` says: a number, or `all`. */
export function someOf<T>(cases: readonly T[], usual: number): T[] {
  const size = IS_ALL ? cases.length : Number(WANTED === '' ? usual : WANTED);
  // Odd, so that it does not step over the same kind of fault every time.
  const stride = Math.ceil(cases.length / size) | 1;
  return cases.filter((_, index) => index % stride === 0);
}

/** How long a test may take that tries some of its cases. */
export function patienceMs(usual: number): number {
  return WANTED === '' ? usual : 3_600_000;
}
