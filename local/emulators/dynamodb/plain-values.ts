import { isJsonObject } from '../../json-object.ts';
import type { JsonObject } from '../../json-object.ts';

/** As a number is stored: what is written so is not written anew. More digits are dynalite's to judge. */
const STORED_INTEGER = /^(?:0|-?[1-9]\d{0,14})$/u;

/** Name and value of the only member of an object. */
function onlyMember(object: unknown): [name: string, value: unknown] | [] {
  if (!isJsonObject(object)) return [];
  const [name, more] = Object.keys(object);
  return name === undefined || more !== undefined ? [] : [name, object[name]];
}

/**
 * Whether an attribute value is one that every check lets pass as it is: `{ S: 'a' }`, `{ M: { at: { N: '7' } } }`. False says nothing: sets
 * and numbers with a fraction, say, are not looked at.
 */
export function isPlainValue(value: unknown): boolean {
  const [type = '', held] = onlyMember(value);
  switch (type) {
    case 'S':
      return typeof held === 'string';
    case 'N':
      return typeof held === 'string' && STORED_INTEGER.test(held);
    case 'BOOL':
      return typeof held === 'boolean';
    case 'B':
      return typeof held === 'string' && Buffer.from(held, 'base64').toString('base64') === held;
    case 'L':
      return Array.isArray(held) && held.every(isPlainValue);
    case 'M':
      return isPlainMap(held);
    default:
      return false;
  }
}

function isPlainMap(map: unknown): boolean {
  return isJsonObject(map) && Object.values(map).every(isPlainValue);
}

/** Members of a request that are maps of attribute values. */
const MAPS = new Set(['Item', 'Key', 'ExpressionAttributeValues']);

/** `{ PutRequest: { Item } }` or `{ DeleteRequest: { Key } }` */
function isPlainWrite(write: unknown): boolean {
  const [kind, asked] = onlyMember(write);
  const [name, map] = onlyMember(asked);
  const isKnown = (kind === 'PutRequest' && name === 'Item') || (kind === 'DeleteRequest' && name === 'Key');
  return isKnown && isPlainMap(map);
}

function isPlainBatch(tables: unknown): boolean {
  return (
    isJsonObject(tables) &&
    Object.values(tables).every((writes) => Array.isArray(writes) && writes.every(isPlainWrite))
  );
}

/**
 * The members of a request whose values are all plain, and the others. dynalite's checks of types build the description of an attribute
 * value anew for each that they look at, and copy it: a sixth of what the thread of the emulators computed.
 */
export function withoutPlainMembers(
  input: JsonObject,
  types: Readonly<Record<string, unknown>>,
): { plain: JsonObject; rest: JsonObject } {
  const plain: JsonObject = {};
  const rest: JsonObject = {};
  for (const [name, value] of Object.entries(input)) {
    const isPlain =
      name in types &&
      ((MAPS.has(name) && isPlainMap(value)) || (name === 'RequestItems' && isPlainBatch(value)));
    (isPlain ? plain : rest)[name] = value;
  }
  return { plain, rest };
}
