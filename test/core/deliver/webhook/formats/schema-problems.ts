/** The keywords of JSON Schema that the schemas of this folder's tests use; any other is refused, so none is ignored. */
type Schema = {
  $schema?: string;
  $comment?: string;
  type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean';
  const?: unknown;
  enum?: unknown[];
  required?: string[];
  properties?: Record<string, Schema>;
  propertyNames?: Schema;
  additionalProperties?: false;
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  minLength?: number;
  maxLength?: number;
  anyOf?: Schema[];
  pattern?: string;
};

const KEYWORDS = new Set(
  [
    '$schema $comment type const enum required properties propertyNames additionalProperties',
    'items minItems maxItems minLength maxLength pattern anyOf',
  ].flatMap((line) => line.split(' ')),
);

/** Where a document breaks its schema, one line each. */
export function schemaProblems(value: unknown, schema: Schema, path = '$'): string[] {
  const unknownKeyword = Object.keys(schema).find((keyword) => !KEYWORDS.has(keyword));
  if (unknownKeyword !== undefined) throw new Error(`schema keyword ${unknownKeyword} is not implemented`);
  const problems: string[] = [];
  const check = (holds: boolean, what: string): void => void (holds || problems.push(`${path} ${what}`));
  if (schema.type !== undefined) check(isOfType(value, schema.type), `is not of type ${schema.type}`);
  if ('const' in schema) check(value === schema.const, `is not ${JSON.stringify(schema.const)}`);
  if (schema.enum !== undefined) check(schema.enum.includes(value), 'is none of the known values');
  if (typeof value === 'string') {
    check(value.length >= (schema.minLength ?? 0), 'is too short');
    check(value.length <= (schema.maxLength ?? Number.POSITIVE_INFINITY), `is too long: ${value.length}`);
    if (schema.pattern !== undefined) check(new RegExp(schema.pattern, 'u').test(value), 'has another form');
  }
  if (schema.anyOf !== undefined) {
    const others = schema.anyOf.map((one) => schemaProblems(value, one, path));
    // What comes closest tells most.
    if (!others.some((one) => one.length === 0))
      problems.push(...(others.toSorted((a, b) => a.length - b.length)[0] ?? []));
  }
  if (Array.isArray(value)) {
    check(value.length >= (schema.minItems ?? 0), 'has too few items');
    check(value.length <= (schema.maxItems ?? Number.POSITIVE_INFINITY), 'has too many items');
    const { items } = schema;
    if (items !== undefined) {
      problems.push(...value.flatMap((one, index) => schemaProblems(one, items, `${path}[${index}]`)));
    }
  } else if (typeof value === 'object' && value !== null) {
    for (const name of schema.required ?? []) check(Object.hasOwn(value, name), `lacks ${name}`);
    for (const [name, one] of Object.entries(value) as [string, unknown][]) {
      const property = schema.properties?.[name];
      check(property !== undefined || schema.additionalProperties !== false, `has the unknown field ${name}`);
      if (property !== undefined) problems.push(...schemaProblems(one, property, `${path}.${name}`));
      if (schema.propertyNames !== undefined) {
        problems.push(...schemaProblems(name, schema.propertyNames, `${path} name ${name}`));
      }
    }
  }
  return problems;
}

function isOfType(value: unknown, type: string): boolean {
  return typeOf(value) === type || (type === 'number' && typeof value === 'number');
}

function typeOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (value === null) return 'null';
  return Number.isInteger(value) ? 'integer' : typeof value;
}
