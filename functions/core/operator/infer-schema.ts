/** A JSON Schema as far as samples can tell: types, properties, what is always there. */
type InferredSchema = {
  type?: string | string[];
  format?: 'date-time';
  properties?: Record<string, InferredSchema>;
  required?: string[];
  items?: InferredSchema;
};

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/u;
/** An object with so many different keys is a map from ids to something, not a record with fields. */
const MAX_PROPERTIES = 200;
const MAX_DEPTH = 12;

/**
 * A JSON Schema (draft 2020-12) that every sample matches and that says no more than they do: fields it does not name
 * stay allowed, and values are not limited to those that were seen.
 *
 * @param requires whether a field that is in every sample is required.
 */
export function inferSchema(
  samples: readonly unknown[],
  requires: boolean,
): InferredSchema & { $schema: string } {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    ...shapeOf(samples, requires, MAX_DEPTH),
  };
}

function shapeOf(values: readonly unknown[], requires: boolean, depth: number): InferredSchema {
  const types = new Set(values.map(typeOf));
  if (types.has('number')) types.delete('integer');
  const [only, ...others] = [...types].sort();
  if (only === undefined) return {};
  const objects = values.filter(isObject);
  const arrays = values.filter((value): value is unknown[] => Array.isArray(value));
  const texts = values.filter((value) => typeof value === 'string');
  return {
    type: others.length === 0 ? only : [only, ...others],
    ...(texts.length > 0 && texts.every((text) => INSTANT.test(text)) && { format: 'date-time' as const }),
    ...(objects.length > 0 && depth > 0 && fieldsOf(objects, requires, depth - 1)),
    ...(arrays.some((array) => array.length > 0) &&
      depth > 0 && { items: shapeOf(arrays.flat(), requires, depth - 1) }),
  };
}

function fieldsOf(
  objects: readonly Record<string, unknown>[],
  requires: boolean,
  depth: number,
): Pick<InferredSchema, 'properties' | 'required'> {
  const names = [...new Set(objects.flatMap((object) => Object.keys(object)))].sort();
  if (names.length > MAX_PROPERTIES) return {};
  const required = requires
    ? names.filter((name) => objects.every((object) => Object.hasOwn(object, name)))
    : [];
  return {
    properties: Object.fromEntries(
      names.map((name) => {
        const values = objects.filter((object) => Object.hasOwn(object, name)).map((object) => object[name]);
        return [name, shapeOf(values, requires, depth)];
      }),
    ),
    ...(required.length > 0 && { required }),
  };
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
