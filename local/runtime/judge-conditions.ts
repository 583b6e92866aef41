import { isJsonObject } from '../json-object.ts';
import { StartError } from '../start-error.ts';
import { matches } from './iam-pattern.ts';

/** The facts of a request, by condition key: `{'ses:FromAddress': ['alerts@example.com']}`. */
export type RequestContext = Readonly<Record<string, readonly string[]>>;

/** One line of a `Condition` block: `StringEquals`, `ses:FromAddress`, `['alerts@example.com']`. */
export type Condition = {
  compare: (wanted: string, given: string) => boolean;
  isNegated: boolean;
  /** `ForAllValues` and `ForAnyValue` read a key of several values; without either the first one counts. */
  quantifier: 'all' | 'any' | 'one';
  isOptional: boolean;
  key: string;
  values: readonly string[];
};

const lower = (text: string): string => text.toLowerCase();

/**
 * The operators that are judged. An ARN is compared as text, which is right as long as no pattern has fewer colons.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
const OPERATORS: Readonly<Record<string, (wanted: string, given: string) => boolean>> = {
  StringEquals: (wanted, given) => wanted === given,
  StringEqualsIgnoreCase: (wanted, given) => lower(wanted) === lower(given),
  StringLike: matches,
  ArnEquals: matches,
  ArnLike: matches,
  Bool: (wanted, given) => lower(wanted) === lower(given),
};

/** The condition keys that requests carry. A condition on any other key would be judged wrongly, and no error would say so. */
const KEYS = new Set(['lambda:sourcefunctionarn', 'ses:fromaddress', 'ses:recipients']);

/**
 * Reads the `Condition` of a policy statement.
 *
 * @throws {StartError} for an operator or a key that the local run does not judge
 */
export function readConditions(block: unknown, where: string): Condition[] {
  if (block === undefined) return [];
  if (!isJsonObject(block)) throw new StartError(`${where}: a Condition is not an object`);
  return Object.entries(block).flatMap(([operator, keys]) => {
    if (!isJsonObject(keys)) throw new StartError(`${where}: the condition ${operator} is not an object`);
    return Object.entries(keys).map(([key, value]) => {
      if (!KEYS.has(lower(key)))
        throw new StartError(`${where}: the local run does not judge the condition key ${key}`);
      return { ...readOperator(operator, where), key: lower(key), values: [value].flat().map(String) };
    });
  });
}

function readOperator(operator: string, where: string): Omit<Condition, 'key' | 'values'> {
  const parts = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(operator);
  const base = parts?.[2] ?? '';
  const positive = base.replace(/^(String|Arn)Not/, '$1');
  const compare = Object.hasOwn(OPERATORS, positive) ? OPERATORS[positive] : undefined;
  if (compare === undefined)
    throw new StartError(`${where}: the local run does not judge the condition operator ${operator}`);
  const quantifiers = { ForAllValues: 'all', ForAnyValue: 'any' } as const;
  return {
    compare,
    isNegated: positive !== base,
    quantifier: quantifiers[parts?.[1] as keyof typeof quantifiers] ?? 'one',
    isOptional: parts?.[3] !== undefined,
  };
}

/** Whether a request meets every condition of a statement. */
export function meets(conditions: readonly Condition[], context: RequestContext = {}): boolean {
  const given = new Map(Object.entries(context).map(([key, values]) => [lower(key), values]));
  return conditions.every((condition) => isMet(condition, given.get(condition.key) ?? []));
}

function isMet(condition: Condition, given: readonly string[]): boolean {
  const { compare, isNegated, isOptional, quantifier, values } = condition;
  // A key that the request does not have: a positive operator fails, a negated one holds.
  if (given.length === 0) return isOptional || isNegated || quantifier === 'all';
  const fits = (one: string): boolean => values.some((wanted) => compare(wanted, one)) !== isNegated;
  if (quantifier === 'all') return given.every(fits);
  return quantifier === 'any' ? given.some(fits) : fits(given[0] ?? '');
}
