/** One step of a path: a key of an object or an index of an array. */
type FieldPath = readonly string[];

/** What a mapping says about one field: places to look, in order, or a constant. */
export type FieldExpression = ({ path: FieldPath } | { constant: string })[];

/** More than this is a mistake, and would be walked for every record. */
const MAX_ALTERNATIVES = 24;
const MAX_STEPS = 32;

/** What a path looks like, for messages. */
export const FIELD_PATH_EXAMPLES =
  'for example alert.name, items[0].id, /alert/name, "a constant", or several with | between them';

/**
 * Reads a path expression; undefined when it is none.
 *
 * - dotted: `alert.rule.name`, `items[0].id`; keys are letters, digits, `_`, `-`, `$`, `@`; any other key in quotes
 *   within brackets: `labels["app.kubernetes.io/name"]`
 * - JSON Pointer (RFC 6901): `/alert/rule/name`, `/items/0/id`, with `~1` for `/` and `~0` for `~`
 * - constant: a JSON string, `"waf"`
 * - alternatives, the first that can be read wins: `title | message | "untitled"`
 */
export function parseFieldExpression(written: string): FieldExpression | undefined {
  const parts = splitAlternatives(written);
  if (parts.length > MAX_ALTERNATIVES) return undefined;
  const alternatives = parts.map((part) => parseAlternative(part.trim()));
  return alternatives.every((alternative) => alternative !== undefined) ? alternatives : undefined;
}

/** What the first alternative holds that can be read: neither missing nor, say, an object where a text is wanted. */
export function readAt<T>(
  document: unknown,
  expression: FieldExpression,
  read: (value: unknown) => T | undefined,
): T | undefined {
  for (const alternative of expression) {
    const value = 'constant' in alternative ? alternative.constant : follow(document, alternative.path);
    const found = read(value);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Own properties only: a path never reaches what JavaScript puts on every object. */
function follow(document: unknown, path: FieldPath): unknown {
  let at = document;
  for (const step of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return undefined;
    // `length` is an array's own property, and no element.
    if (Array.isArray(at) && !/^(?:0|[1-9]\d*)$/u.test(step)) return undefined;
    at = (at as Record<string, unknown>)[step];
  }
  return at;
}

/** At `|` outside of quotes; one more in front, so that each part begins with it. */
function splitAlternatives(written: string): string[] {
  const parts = `|${written}`.match(/\|(?:"(?:[^"\\]|\\.)*"|[^|"]|")*/gu) ?? [];
  return parts.map((part) => part.slice(1));
}

function parseAlternative(part: string): FieldExpression[number] | undefined {
  if (part.startsWith('"')) {
    const constant = parseText(part);
    return constant === undefined || constant === '' ? undefined : { constant };
  }
  const path = part.startsWith('/') ? parsePointer(part) : parseDotted(part);
  return path === undefined || path.length > MAX_STEPS ? undefined : { path };
}

function parsePointer(pointer: string): string[] | undefined {
  if (/~(?![01])/u.test(pointer)) return undefined;
  // The order matters: ~01 is the text "~1".
  return pointer
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

const STEP = /(?:^|(?<!^)\.)([\p{L}\p{N}_$@-]+)|\[(0|[1-9]\d{0,5})\]|\[("(?:[^"\\]|\\.)*")\]/uy;

function parseDotted(dotted: string): string[] | undefined {
  const steps: string[] = [];
  STEP.lastIndex = 0;
  while (STEP.lastIndex < dotted.length) {
    const [, key, index, quotedKey] = STEP.exec(dotted) ?? [];
    const step = key ?? index ?? (quotedKey === undefined ? undefined : parseText(quotedKey));
    if (step === undefined) return undefined;
    steps.push(step);
  }
  return steps.length === 0 ? undefined : steps;
}

function parseText(json: string): string | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
