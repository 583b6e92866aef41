import { quoted } from './problem.ts';

const TYPES = ['null', 'boolean', 'object', 'array', 'number', 'integer', 'string'];
/** Where a schema holds others: one, a list of them, or one by name. */
const ONE = new Set([
  'items',
  'additionalItems',
  'additionalProperties',
  'contains',
  'propertyNames',
  'not',
  'if',
  'then',
  'else',
  'unevaluatedItems',
  'unevaluatedProperties',
]);
const LISTS = new Set(['allOf', 'anyOf', 'oneOf', 'prefixItems']);
const NAMED = new Set(['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas']);
const MAX_DEPTH = 32;

/**
 * What a validator would take without a word, and then match nothing or everything with: a type that does not exist, a
 * `required` that is no list. Undefined when there is nothing of the kind.
 *
 * https://json-schema.org/draft/2020-12/json-schema-validation, section 6 (2026-11-21)
 */
export function keywordProblem(schema: unknown, path = '#', depth = 0): string | undefined {
  if (typeof schema === 'boolean') return undefined;
  if (!isObject(schema)) return `${path} is ${quoted(schema)}; expected a schema, an object or true or false`;
  if (depth > MAX_DEPTH) return `${path} is nested deeper than ${MAX_DEPTH} schemas`;
  return ownProblem(schema, path) ?? innerProblem(schema, path, depth);
}

function ownProblem(schema: Record<string, unknown>, path: string): string | undefined {
  const { type, required, pattern } = schema;
  const types = Array.isArray(type) ? (type as unknown[]) : [type];
  const unknown = types.find((name) => typeof name !== 'string' || !TYPES.includes(name));
  if (type !== undefined && unknown !== undefined) {
    return `${path}/type ${JSON.stringify(unknown)} is not known; expected one of ${TYPES.join(', ')}`;
  }
  if (
    required !== undefined &&
    !(Array.isArray(required) && required.every((name) => typeof name === 'string'))
  ) {
    return `${path}/required is ${quoted(required)}; expected a list of names`;
  }
  if (schema['enum'] !== undefined && !Array.isArray(schema['enum'])) {
    return `${path}/enum is ${quoted(schema['enum'])}; expected a list of values`;
  }
  return pattern !== undefined && !isPattern(pattern)
    ? `${path}/pattern ${quoted(pattern)} is no regular expression`
    : undefined;
}

function innerProblem(schema: Record<string, unknown>, path: string, depth: number): string | undefined {
  for (const [keyword, value] of Object.entries(schema)) {
    const at = `${path}/${keyword}`;
    let inner: [string, unknown][] = [];
    // Draft-07 knows a list of schemas at `items`.
    if (LISTS.has(keyword) || (keyword === 'items' && Array.isArray(value))) {
      if (!Array.isArray(value)) return `${at} is ${quoted(value)}; expected a list of schemas`;
      inner = value.map((one, index) => [`${at}/${index}`, one]);
    } else if (NAMED.has(keyword)) {
      if (!isObject(value)) return `${at} is ${quoted(value)}; expected an object of schemas`;
      inner = Object.entries(value).map(([name, one]) => [`${at}/${name}`, one]);
    } else if (ONE.has(keyword)) inner = [[at, value]];
    for (const [where, one] of inner) {
      const problem = keywordProblem(one, where, depth + 1);
      if (problem !== undefined) return problem;
    }
  }
  return undefined;
}

function isPattern(pattern: unknown): boolean {
  try {
    return typeof pattern === 'string' && new RegExp(pattern, 'u') instanceof RegExp;
  } catch {
    return false;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
