/** How many objects and arrays may stand inside each other in a record, the record included. */
export const MAX_DEPTH = 64;

/** Looks no deeper than it asks: a value may be nested half a million times. */
export function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) {
    return false;
  }
  return levels === 0 || Object.values(value).some((inner) => isDeeperThan(inner, levels - 1));
}
