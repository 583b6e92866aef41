import { isJsonObject } from '../json-object.ts';
import { StartError } from '../start-error.ts';
import { MEANINGLESS_PROPERTIES, MEANINGLESS_TYPES } from './meaningless-locally.ts';
import type { Resource } from './read-assembly.ts';
import { SUPPORTED_PROPERTIES } from './supported-properties.ts';

/**
 * Stops at the first resource type or property that the local run neither honours nor knowingly passes over.
 *
 * Silently ignoring one would make the local run lie about the stack.
 *
 * @throws {StartError} naming logical id, type and property
 */
export function refuseUnsupported(resources: Iterable<Resource>): void {
  for (const resource of resources) {
    if (resource.type in MEANINGLESS_TYPES) continue;
    const honoured = SUPPORTED_PROPERTIES[resource.type];
    if (honoured === undefined) {
      throw new StartError(
        `resource ${resource.logicalId}: the local run does not support the type ${resource.type}`,
      );
    }
    const known = [...honoured, ...Object.keys(MEANINGLESS_PROPERTIES[resource.type] ?? {})];
    const unknown = firstUnknownPath(resource.properties, '', known);
    if (unknown !== undefined) {
      throw new StartError(
        `resource ${resource.logicalId} (${resource.type}): the local run does not support the property ${unknown}`,
      );
    }
  }
}

function firstUnknownPath(value: unknown, path: string, known: readonly string[]): string | undefined {
  if (known.includes(path)) return undefined;
  const leadsOn =
    path === '' ||
    known.some((candidate) => candidate.startsWith(path) && /^[.[]/.test(candidate.slice(path.length)));
  if (!leadsOn) return path;
  if (Array.isArray(value)) {
    return firstOf(value, (element) => firstUnknownPath(element, `${path}[]`, known));
  }
  if (!isJsonObject(value)) return path === '' ? undefined : path;
  return firstOf(Object.entries(value), ([key, element]) =>
    firstUnknownPath(element, path === '' ? key : `${path}.${key}`, known),
  );
}

function firstOf<T>(elements: readonly T[], find: (element: T) => string | undefined): string | undefined {
  for (const element of elements) {
    const found = find(element);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The properties of a resource that the local run reads; the others are not even resolved. */
export function honouredProperties(resource: Resource): Record<string, unknown> {
  const honoured = SUPPORTED_PROPERTIES[resource.type] ?? [];
  const names = new Set(honoured.map((path) => path.split(/[.[]/)[0]));
  return Object.fromEntries(Object.entries(resource.properties).filter(([name]) => names.has(name)));
}
