import * as fc from 'fast-check';

export type JsonSchema = {
  $ref?: string;
  type?: string;
  const?: unknown;
  enum?: unknown[];
  anyOf?: JsonSchema[];
  items?: JsonSchema;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: JsonSchema;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  format?: string;
};

/** Gives the schema behind a reference. */
type Find = (ref: string) => JsonSchema;

/** Documents that a schema takes. */
export function documentsOf(schema: JsonSchema, find: Find): fc.Arbitrary<unknown> {
  const inner = (one: JsonSchema): fc.Arbitrary<unknown> => documentsOf(one, find);
  if (schema.$ref !== undefined) return inner(find(schema.$ref));
  if ('const' in schema) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map(inner));
  const { minimum, maximum } = schema;
  const range = {
    ...(minimum !== undefined && { min: minimum }),
    ...(maximum !== undefined && { max: maximum }),
  };
  switch (schema.type) {
    case 'string':
      return textsOf(schema);
    case 'integer':
      return fc.integer(range);
    case 'number':
      return fc.double({ noNaN: true, noDefaultInfinity: true, ...range });
    case 'boolean':
      return fc.boolean();
    case 'array':
      return fc.array(inner(schema.items ?? {}), { maxLength: 3 });
    case 'object':
      return schema.properties === undefined
        ? fc.dictionary(fc.string({ maxLength: 8 }), inner(schema.additionalProperties ?? {}), { maxKeys: 3 })
        : fc.record(
            Object.fromEntries(Object.entries(schema.properties).map(([name, one]) => [name, inner(one)])),
            { requiredKeys: schema.required ?? [] },
          );
    case undefined:
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

function textsOf({ minLength = 0, maxLength = 40, pattern, format }: JsonSchema): fc.Arbitrary<string> {
  if (format === 'date-time') {
    return fc
      .date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) })
      .map((date) => date.toISOString());
  }
  const texts = fc.string({ unit: 'grapheme', minLength, maxLength: Math.min(maxLength, 40) });
  return pattern === undefined ? texts : texts.filter((text) => new RegExp(pattern, 'u').test(text));
}

/** Documents that break one keyword of a schema, at any depth, and are right beside that. */
export function violationsOf(schema: JsonSchema, find: Find): fc.Arbitrary<unknown> {
  if (schema.$ref !== undefined) return violationsOf(find(schema.$ref), find);
  if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map((one) => violationsOf(one, find)));
  const { type, items, properties, additionalProperties, required = [] } = schema;
  const broken: fc.Arbitrary<unknown>[] = [otherTypes(type)];
  if ('const' in schema || schema.enum !== undefined) broken.push(fc.constant('none of them'));
  if (schema.minimum !== undefined) broken.push(fc.constant(schema.minimum - 1));
  if (schema.maximum !== undefined) broken.push(fc.constant(schema.maximum + 1));
  if (schema.minLength !== undefined) broken.push(fc.constant('x'.repeat(schema.minLength - 1)));
  if (schema.maxLength !== undefined) broken.push(fc.constant('x'.repeat(schema.maxLength + 1)));
  if (schema.pattern !== undefined) broken.push(fc.constantFrom('', ' '));
  if (schema.format !== undefined) broken.push(fc.constantFrom('yesterday', '2026-02-30T00:00:00Z'));
  if (type === 'integer') broken.push(fc.constant(1.5));
  if (items !== undefined) broken.push(fc.array(violationsOf(items, find), { minLength: 1, maxLength: 3 }));
  if (additionalProperties !== undefined) {
    broken.push(
      fc.dictionary(fc.string(), violationsOf(additionalProperties, find), { minKeys: 1, maxKeys: 2 }),
    );
  }
  const right = documentsOf(schema, find) as fc.Arbitrary<Record<string, unknown>>;
  for (const name of required) broken.push(right.map(({ [name]: _left, ...others }) => others));
  for (const [name, one] of Object.entries(properties ?? {})) {
    broken.push(
      fc.tuple(right, violationsOf(one, find)).map(([document, wrong]) => ({ ...document, [name]: wrong })),
    );
  }
  return fc.oneof(...broken);
}

const OF_EACH_TYPE: Record<string, unknown> = {
  string: 'text',
  number: 1.5,
  boolean: true,
  null: null,
  array: [['deep']],
  object: { a: { b: null } },
};

function otherTypes(type: string | undefined): fc.Arbitrary<unknown> {
  const others = Object.entries(OF_EACH_TYPE).filter(
    ([name]) => name !== type && !(type === 'integer' && name === 'number'),
  );
  return fc.constantFrom(...others.map(([, value]) => value));
}
