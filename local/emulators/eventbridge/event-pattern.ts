import { isJsonObject, type JsonObject } from '../../json-object.ts';
import { fieldsOf, pathOf, together, type EventFields } from './event-fields.ts';
import { type Filter, filterOf, refuse } from './pattern-filters.ts';

/** Whether an event fits. */
export type EventPattern = (event: unknown) => boolean;

/** A pattern's demand on one path: a value that passes one of these filters, or no value at all. */
type Asked = { anyOf: readonly Filter[]; orAbsent: boolean };

/** The demands that must hold at once; a pattern with `$or` is several of these. */
type Conjunction = ReadonlyMap<string, Asked>;

const OR = '$or';

/**
 * Names that make no alternative of `$or`: a pattern that has them there means a field of that name, as before there was `$or`.
 * The list is the one of Ruler's `Constants.java`.
 */
const NO_ALTERNATIVE = new Set(
  `exactly equals-ignore-case prefix suffix anything-but exists wildcard numeric cidr = < <= > >= regex not-wildcard
  not-equals-ignore-case date-after date-on-or-after date-before date-on-or-before in-date-range ip-address-in-range
  ip-address-not-in-range`.split(/\s+/u),
);

/**
 * Reads the pattern of an EventBridge rule: every field that it names must have one of the values that it lists.
 *
 * | pattern | event |
 * |---|---|
 * | `{"a": {"b": [1]}}` | a list at `a` fits when one object in it does, as a whole |
 * | `{"a": [1, 2]}` | a list at `a` fits when one of its values does |
 * | `{"a": [{"exists": false}]}` | no plain value at `a`: absent, an empty list, an object |
 * | `{"$or": [p, q]}` | fits beside the other fields of its object when one of the patterns does |
 *
 * It follows Ruler, which EventBridge runs (github.com/aws/event-ruler 2.0.1, Apache-2.0: `JsonRuleCompiler`, `Event` and
 * `StructuredFinder`), and is held against its published test cases and documentation
 * (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html).
 *
 * @throws {InvalidEventPatternError} for what EventBridge refuses
 */
export function readEventPattern(pattern: unknown): EventPattern {
  if (!isJsonObject(pattern)) return refuse('Filter is not an object');
  const conjunctions = conjunctionsOf(pattern);
  return (event) => {
    if (!isJsonObject(event)) return false;
    const fields = fieldsOf(event);
    return conjunctions.some((conjunction) => holds(conjunction, fields));
  };
}

function conjunctionsOf(pattern: JsonObject): Conjunction[] {
  try {
    return alternativesOf(pattern, '', [], { orIsAField: false, isInOr: false });
  } catch (error) {
    try {
      return alternativesOf(pattern, '', [], { orIsAField: true, isInOr: false });
    } catch {
      throw error;
    }
  }
}

type Reading = { orIsAField: boolean; isInOr: boolean };

/** The demands so far, each with those of this object added. */
function alternativesOf(
  object: JsonObject,
  path: string,
  soFar: readonly Conjunction[],
  reading: Reading,
): Conjunction[] {
  const entries = Object.entries(object);
  if (entries.length === 0) return refuse('Empty objects are not allowed');
  let all = [...soFar];
  for (const [name, wanted] of entries) {
    if (name === OR && !reading.orIsAField) {
      const before = all;
      all = objectsOfOr(wanted).flatMap((one) =>
        alternativesOf(one, path, before, { ...reading, isInOr: true }),
      );
    } else if (reading.isInOr && NO_ALTERNATIVE.has(name)) {
      return refuse(`${name} cannot be the name of a field in ${OR}`);
    } else if (isJsonObject(wanted)) {
      all = alternativesOf(wanted, pathOf(path, name), all, reading);
    } else {
      const asked = askedOf(name, wanted);
      // A path that is asked for twice counts as it is asked last.
      all = (all.length === 0 ? [new Map()] : all).map((one) => new Map(one).set(pathOf(path, name), asked));
    }
  }
  return all;
}

function objectsOfOr(wanted: unknown): JsonObject[] {
  if (!Array.isArray(wanted) || !wanted.every(isJsonObject)) return refuse(`${OR} must be a list of objects`);
  return wanted.length > 1 ? wanted : refuse(`there must be two or more objects in ${OR}`);
}

function askedOf(name: string, wanted: unknown): Asked {
  if (!Array.isArray(wanted)) return refuse(`"${name}" must be an object or an array`);
  if (wanted.length === 0) return refuse('Empty arrays are not allowed');
  return {
    // No value passes `exists: false`.
    anyOf: wanted.map(filterOf),
    orAbsent: wanted.some((one) => isJsonObject(one) && one['exists'] === false),
  };
}

/**
 * Whether a value can be chosen for every path so that no two of them lie in different elements of one list. Paths are taken in
 * the order of their names; a path that must be absent must be absent from the elements chosen so far.
 */
function holds(conjunction: Conjunction, fields: EventFields): boolean {
  const asked = [...conjunction].toSorted(([one], [other]) => (one < other ? -1 : 1));

  function holdsFrom(at: number, chosen: ReadonlyMap<number, number>): boolean {
    const [path, { anyOf, orAbsent }] = asked[at] ?? ['', { anyOf: [], orAbsent: false }];
    if (at === asked.length) return true;
    const reachable = (fields.get(path) ?? []).flatMap(({ value, membership }) => {
      const both = together(chosen, membership);
      return both === undefined ? [] : [{ value, both }];
    });
    if (orAbsent && reachable.length === 0) return holdsFrom(at + 1, chosen);
    return reachable.some(
      ({ value, both }) => anyOf.some((filter) => filter(value)) && holdsFrom(at + 1, both),
    );
  }

  return holdsFrom(0, new Map());
}
