/**
 * Whether every string of a JSON text is Unicode. JSON lets half a surrogate pair through (`"\ud800"`), and a title may
 * be cut in the middle of one; UTF-8 has no place for it, so a table or a mail would refuse it or change it later.
 *
 * `JSON.stringify` writes exactly those halves as escapes (ECMA-262, 25.5.2.3).
 */
export function isWellFormedJson(json: string): boolean {
  return !json.includes('\\ud');
}

/** The value with U+FFFD for every half of a surrogate pair, in keys too. For values of bounded depth. */
export function wellFormed(value: unknown): unknown {
  if (typeof value === 'string') {
    return value.toWellFormed();
  }
  if (Array.isArray(value)) {
    return value.map(wellFormed);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name.toWellFormed(), wellFormed(inner)]),
  );
}
