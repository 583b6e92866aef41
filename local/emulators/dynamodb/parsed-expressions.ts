import { createRequire } from 'node:module';
import { isJsonObject } from '../../json-object.ts';
import type { JsonObject } from '../../json-object.ts';

/** The second argument of a parser of dynalite, which takes the names and values that it meets out of `unused…`. */
type Context = {
  attrNames?: JsonObject;
  attrVals?: JsonObject;
  unusedAttrNames: Record<string, true>;
  unusedAttrVals: Record<string, true>;
  isKeyCondition?: boolean;
  compare?: (comparison: 'GT', one: unknown, other: unknown) => boolean;
};
type Parse = (text: string, options: { context: Context }) => unknown;

/** A parsed text with a stand-in for every value, and the names and values that it used. */
type Parsed = { tree: unknown; names: string[]; values: string[] };

class ValueOf {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** The statements of the gateway are some dozens; more texts than these come from elsewhere. */
const MOST_KEPT = 500;
/** The check of this function looks at the value, not only at its type. */
const LOOKS_AT_VALUES = /attribute_type/iu;
const BETWEEN = /\bbetween\b/giu;
const BOUNDS = /\bbetween\s+(:\w+)\s+and\s+(:\w+)/giu;
const PARSERS = ['conditionParser', 'updateParser', 'projectionParser'];

const load = createRequire(import.meta.url);
let isDone = false;

/**
 * Lets dynalite remember parsed expressions. A gateway sends the same few all day, and parsing them anew was a fifth of the
 * emulators' time. An expression that is refused is not remembered.
 */
export function rememberExpressions(): void {
  if (isDone) return;
  isDone = true;
  for (const name of PARSERS) {
    const parser = load(`dynalite/db/${name}`) as { parse: Parse };
    parser.parse = remembering(parser.parse);
  }
}

export function remembering(parse: Parse): Parse {
  const known = new Map<string, Parsed>();
  return (text, options) => {
    const { context } = options;
    if (LOOKS_AT_VALUES.test(text) || !areInOrder(text, context)) return parse(text, options);
    const key = JSON.stringify([text, context.attrNames, typesOf(context.attrVals), context.isKeyCondition]);
    const found = known.get(key);
    if (found !== undefined) return filledIn(found, context);
    const before = { ...context.unusedAttrNames, ...context.unusedAttrVals };
    const tree = parse(text, options);
    if (typeof tree === 'object') {
      if (known.size >= MOST_KEPT) known.clear();
      known.set(key, {
        tree: withStandIns(tree, context.attrVals ?? {}),
        names: Object.keys(before).filter(
          (name) => name.startsWith('#') && !(name in context.unusedAttrNames),
        ),
        values: Object.keys(before).filter(
          (name) => name.startsWith(':') && !(name in context.unusedAttrVals),
        ),
      });
    }
    return tree;
  };
}

/** Whether each BETWEEN is of two values, the lower one first: then nothing else about them is checked. */
function areInOrder(text: string, { attrVals = {}, compare }: Context): boolean {
  const bounds = [...text.matchAll(BOUNDS)];
  return (
    (text.match(BETWEEN)?.length ?? 0) === bounds.length &&
    bounds.every(([, lower = '', upper = '']) => {
      const [one, other] = [attrVals[lower], attrVals[upper]];
      return one !== undefined && other !== undefined && compare?.('GT', one, other) === false;
    })
  );
}

/** `{ ':at': { N: '1' } }` is `{ ':at': ['N'] }`: the checks of an expression look at no more. */
function typesOf(values: JsonObject | undefined): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(values ?? {}).map(([name, value]) => [
      name,
      isJsonObject(value) ? Object.keys(value) : [],
    ]),
  );
}

function withStandIns(tree: unknown, values: JsonObject): unknown {
  const names = new Map<unknown, string>(Object.entries(values).map(([name, value]) => [value, name]));
  return copied(tree, (node) => {
    const name = names.get(node);
    return name === undefined ? undefined : new ValueOf(name);
  });
}

/** A tree of its own, since dynalite turns some over while it uses them. */
function filledIn({ tree, names, values }: Parsed, context: Context): unknown {
  for (const name of names) delete context.unusedAttrNames[name];
  for (const name of values) delete context.unusedAttrVals[name];
  return copied(tree, (node) => (node instanceof ValueOf ? context.attrVals?.[node.name] : undefined));
}

function copied(node: unknown, instead: (node: unknown) => unknown): unknown {
  if (typeof node !== 'object' || node === null) return node;
  const other = instead(node);
  if (other !== undefined) return other;
  if (Array.isArray(node)) return node.map((each) => copied(each, instead));
  const copy = Object.create(Object.getPrototypeOf(node) as object | null) as Record<string, unknown>;
  for (const [name, value] of Object.entries(node)) copy[name] = copied(value, instead);
  return copy;
}
