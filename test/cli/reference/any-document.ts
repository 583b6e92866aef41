import * as fc from 'fast-check';

type JsonSchema = {
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
  format?: string;
};

/** Documents that a schema takes. `find` gives the schema behind a reference. */
export function documentsOf(schema: JsonSchema, find: (ref: string) => JsonSchema): fc.Arbitrary<unknown> {
  const inner = (one: JsonSchema): fc.Arbitrary<unknown> => documentsOf(one, find);
  if (schema.$ref !== undefined) return inner(find(schema.$ref));
  if ('const' in schema) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (schema.anyOf !== undefined) return fc.oneof(...schema.anyOf.map(inner));
  const { minimum, maximum, minLength, maxLength } = schema;
  const range = {
    ...(minimum !== undefined && { min: minimum }),
    ...(maximum !== undefined && { max: maximum }),
  };
  switch (schema.type) {
    case 'string':
      return schema.format === 'date-time'
        ? fc
            .date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) })
            .map((date) => date.toISOString())
        : fc.string({
            unit: 'grapheme',
            minLength: minLength ?? 0,
            maxLength: Math.min(maxLength ?? 40, 40),
          });
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
