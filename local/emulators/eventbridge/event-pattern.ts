import { isJsonObject } from '../../json-object.ts';
import { type Filter, filterOf, InvalidEventPatternError } from './pattern-filters.ts';

/** Whether an event fits. */
export type EventPattern = (event: unknown) => boolean;

const OR = '$or';

/**
 * Reads the pattern of an EventBridge rule: every field that it names must have one of the values that it lists.
 *
 * | pattern | event |
 * |---|---|
 * | `{"a": {"b": [1]}}` | a list at `a` fits when one object in it does, as a whole |
 * | `{"a": [1, 2]}` | a list at `a` fits when one of its values does |
 * | `{"a": [{"exists": false}]}` | no value at `a`: absent, an empty list, an object |
 * | `{"$or": [p, q]}` | fits beside the other fields of its object when one of the patterns does |
 *
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html, from memory.
 *
 * @throws {InvalidEventPatternError} for what EventBridge refuses
 */
export function readEventPattern(pattern: unknown): EventPattern {
  if (!isJsonObject(pattern)) throw invalid('Filter is not an object');
  const entries = Object.entries(pattern);
  if (entries.length === 0) throw invalid('Empty objects are not allowed');
  const judges = entries.map(([name, wanted]) => fieldOf(name, wanted));
  // One after another of a list: what fits must fit in one object.
  return (event) => objectsIn(event).some((object) => judges.every((judge) => judge(object)));
}

function fieldOf(name: string, wanted: unknown): (object: Record<string, unknown>) => boolean {
  if (name === OR && isAlternatives(wanted)) {
    const alternatives = wanted.map(readEventPattern);
    return (object) => alternatives.some((fits) => fits(object));
  }
  if (isJsonObject(wanted)) {
    const fits = readEventPattern(wanted);
    return (object) => {
      const inner = own(object, name);
      // What must not exist does not exist in what is absent, nor in a plain value.
      return fits(objectsIn(inner).length === 0 ? {} : inner);
    };
  }
  if (!Array.isArray(wanted)) throw invalid(`"${name}" must be an object or an array`);
  if (wanted.length === 0) throw invalid('Empty arrays are not allowed');
  const judges = wanted.map(leafOf);
  return (object) => {
    const values = valuesIn(own(object, name));
    return judges.some((judge) => judge(values));
  };
}

/** Two or more patterns: anything else under this name is a field of the event. */
function isAlternatives(wanted: unknown): wanted is unknown[] {
  return Array.isArray(wanted) && wanted.length > 1 && wanted.every(isJsonObject);
}

/** What is asked of all values of a field. */
function leafOf(wanted: unknown): (values: readonly unknown[]) => boolean {
  if (isJsonObject(wanted) && Object.hasOwn(wanted, 'exists')) {
    const { exists, ...more } = wanted;
    if (typeof exists !== 'boolean' || Object.keys(more).length > 0) {
      throw invalid('exists match pattern must be either true or false');
    }
    return (values) => values.length > 0 === exists;
  }
  const filter: Filter = filterOf(wanted);
  return (values) => values.some((value) => filter(value));
}

function objectsIn(value: unknown): Record<string, unknown>[] {
  if (Array.isArray(value)) return value.flatMap(objectsIn);
  return isJsonObject(value) ? [value] : [];
}

/** The plain values of a field, out of lists in lists as well. */
function valuesIn(value: unknown): unknown[] {
  if (Array.isArray(value)) return value.flatMap(valuesIn);
  return value === undefined || isJsonObject(value) ? [] : [value];
}

function own(object: Record<string, unknown>, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

function invalid(reason: string): InvalidEventPatternError {
  return new InvalidEventPatternError(`Event pattern is not valid. Reason: ${reason}`);
}
