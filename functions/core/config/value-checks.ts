import { type Bounds, isInBounds } from './bounds.ts';
import { instantMs } from './instant.ts';
import { quoted } from './problem.ts';

/**
 * What is wrong with a value that was stored, in words; undefined when nothing is.
 *
 * Only values of a closed list are quoted: others may be somebody's credential.
 */
export type Check = (value: unknown, path: string) => string | undefined;
export type Shape = Record<string, Check>;

/** A check for values that one test decides. */
export function expects(what: string, holds: (value: unknown) => boolean): Check {
  return (value, path) => (holds(value) ? undefined : wrong(value, path, what));
}

/**
 * What a person wrote is in every alert that it is about, and in its row: an item of the table ends at 400 KB. The longest that a
 * command writes, but for templates and matchers, is a URL.
 */
export const text = textOf(4_096);
/** What is shown beside each destination of an alert. */
export const shortText = textOf(512);
export const flag = expects('true or false', (value) => typeof value === 'boolean');
export const count = expects(
  'a whole number, 0 or more',
  (value) => Number.isSafeInteger(value) && Number(value) >= 0,
);

export const instant = expects(
  'a date and time with its zone as ISO 8601 writes them',
  (value) => typeof value === 'string' && instantMs(value) !== undefined,
);

/** A whole number within bounds. */
export function within(bounds: Bounds): Check {
  return expects(
    `a whole number from ${String(bounds.least)} to ${String(bounds.most)}`,
    (value) => Number.isSafeInteger(value) && isInBounds(Number(value), bounds),
  );
}

function textOf(maxCharacters: number): Check {
  return expects(
    `a string of at most ${String(maxCharacters)} characters`,
    (value) => typeof value === 'string' && value !== '' && value.length <= maxCharacters,
  );
}

export function optional(check: Check): Check {
  return (value, path) => (value === undefined ? undefined : check(value, path));
}

export function oneOf(choices: readonly string[]): Check {
  return (value, path) => {
    if (choices.some((choice) => choice === value)) return undefined;
    const seen = value === undefined ? 'missing' : quoted(value);
    return `${path} is ${seen}; expected one of ${choices.join(', ')}`;
  };
}

export function list(
  check: Check,
  { isEmptyAllowed = true, most = Infinity }: { isEmptyAllowed?: boolean; most?: number } = {},
): Check {
  return (value, path) => {
    if (!Array.isArray(value)) return wrong(value, path, 'an array');
    if (value.length === 0 && !isEmptyAllowed) return `${path} is empty; expected at least one`;
    if (value.length > most) return `${path} has ${value.length} elements; expected at most ${most}`;
    return firstOf(value.map((element, index) => () => check(element, `${path}[${index}]`)));
  };
}

/** An object whose keys the operator chose. */
export function mapOf(
  check: Check,
  { key = () => undefined, isEmptyAllowed = true }: { key?: Check; isEmptyAllowed?: boolean } = {},
): Check {
  return (value, path) => {
    if (!isObject(value)) return wrong(value, path, 'an object');
    const entries = Object.entries(value);
    if (entries.length === 0 && !isEmptyAllowed) return `${path} is empty; expected at least one`;
    return firstOf(
      entries.map(
        ([name, element]) =>
          () =>
            key(name, `a key of ${path}`) ?? check(element, `${path}.${name}`),
      ),
    );
  };
}

export function object(shape: Shape): Check {
  return (value, path) =>
    isObject(value)
      ? firstOf(
          Object.entries(shape).map(
            ([name, check]) =>
              () =>
                check(value[name], joined(path, name)),
          ),
        )
      : wrong(value, path, 'an object');
}

/** An object that the value of one of its fields gives its shape. */
export function variants(field: string, shapes: Record<string, Shape>): Check {
  const choice = oneOf(Object.keys(shapes));
  return (value, path) => {
    if (!isObject(value)) return wrong(value, path, 'an object');
    const chosen = value[field];
    return choice(chosen, joined(path, field)) ?? object(shapes[String(chosen)] ?? {})(value, path);
  };
}

/** Every check must find nothing. */
export function all(...checks: Check[]): Check {
  return (value, path) => firstOf(checks.map((check) => () => check(value, path)));
}

/** A field that one value of another field cannot do without. */
export function needs(field: string, value: string, needed: string): Check {
  return (config) =>
    isObject(config) && config[field] === value && config[needed] === undefined
      ? `${needed} is missing; ${field} ${value} needs it`
      : undefined;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function wrong(value: unknown, path: string, expected: string): string {
  return `${path} is ${value === undefined ? 'missing' : 'not what it should be'}; expected ${expected}`;
}

function firstOf(checks: (() => string | undefined)[]): string | undefined {
  for (const check of checks) {
    const problem = check();
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function joined(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
