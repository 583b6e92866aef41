/** How many objects and arrays may stand inside each other in a record, the record included. */
export const MAX_DEPTH = 64;

/** Looks no deeper than it asks: a value may be nested half a million times. */
export function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) {
    return false;
  }
  if (levels === 0) {
    return true;
  }
  for (const inner of Array.isArray(value) ? value : Object.values(value)) {
    if (typeof inner === 'object' && isDeeperThan(inner, levels - 1)) return true;
  }
  return false;
}
