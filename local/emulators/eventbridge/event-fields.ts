import { isJsonObject, type JsonObject } from '../../json-object.ts';

/** Which element of which list a value was found in: number of the list -> index. Lists are numbered as they come. */
type Membership = ReadonlyMap<number, number>;

/** A plain value of an event, and the elements of lists that it lies in. */
type EventField = { value: unknown; membership: Membership };

/** The plain values of an event by their path, `detail.findings.Id`: lists leave no trace in it. */
export type EventFields = ReadonlyMap<string, readonly EventField[]>;

/**
 * An event as the rules of EventBridge see it: a list is as if each of its elements stood in its place, and a name with a dot
 * is the same as two names.
 */
export function fieldsOf(event: JsonObject): EventFields {
  const fields = new Map<string, EventField[]>();
  let lists = 0;

  function add(value: unknown, path: string, membership: Membership): void {
    if (Array.isArray(value)) {
      const list = lists;
      lists += 1;
      for (const [index, element] of value.entries()) {
        // Plain values of one list need no care: a pattern asks for one value of a path anyway.
        const isPlain = !Array.isArray(element) && !isJsonObject(element);
        add(element, path, isPlain ? membership : new Map(membership).set(list, index));
      }
    } else if (isJsonObject(value)) {
      for (const [name, inner] of Object.entries(value)) add(inner, pathOf(path, name), membership);
    } else {
      fields.set(path, [...(fields.get(path) ?? []), { value, membership }]);
    }
  }

  add(event, '', new Map());
  return fields;
}

export function pathOf(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

/** Both together; undefined when they are in two elements of one list, so that no rule may take both. */
export function together(one: Membership, other: Membership): Membership | undefined {
  for (const [list, index] of other) {
    if ((one.get(list) ?? index) !== index) return undefined;
  }
  return new Map([...one, ...other]);
}
