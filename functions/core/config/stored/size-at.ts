/**
 * How much stands at a path such as `condition.labels`: the elements of a list or an object, 1 for another value, 0 for none
 * and for an empty text.
 */
export function sizeAt(config: unknown, path: string): number {
  const found = path
    .split('.')
    .reduce((at, name) => (at as Record<string, unknown> | undefined)?.[name], config);
  if (found === undefined || found === '') return 0;
  return typeof found === 'object' ? Object.keys(found ?? {}).length : 1;
}
