import { isObject } from './infer-schema.ts';

const MAX_DEPTH = 3;

/**
 * The list that the records of a body stand in, where it has one list of objects and no more: `{events: [{…}]}` or
 * `{data: {alerts: [{…}]}}`. A path that `--envelope` takes, and the records.
 */
export function inferEnvelope(body: unknown): { path: string; records: unknown[] } | undefined {
  const found = listsIn(body, []).map(({ path, records }) => ({ path: path.join('.'), records }));
  return found.length === 1 ? found[0] : undefined;
}

function listsIn(value: unknown, path: readonly string[]): { path: readonly string[]; records: unknown[] }[] {
  if (Array.isArray(value)) return value.some(isObject) ? [{ path, records: value as unknown[] }] : [];
  if (!isObject(value) || path.length === MAX_DEPTH) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    /^[A-Za-z_$@][\w$@-]*$/u.test(name) ? listsIn(inner, [...path, name]) : [],
  );
}
