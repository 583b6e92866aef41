import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { remembering } from '../../../local/emulators/dynamodb/parsed-expressions.ts';

type Parse = Parameters<typeof remembering>[0];
type Values = Record<string, Record<string, unknown>>;

const load = createRequire(import.meta.url);
const { compare } = load('dynalite/db') as { compare: () => boolean };

/** A parser that nothing in this process has taught to remember. */
function freshParser(name: string): Parse {
  const file = load.resolve(`dynalite/db/${name}`);
  delete load.cache[file];
  return (load(file) as { parse: Parse }).parse;
}

/** Texts for which an unremembered parser is asked as well. */
const CONDITIONS = [
  'attribute_not_exists(#a) or (#a = :x and #b < :y)',
  '#a in (:x, :y) and not contains(#b, :x)',
  '#a between :x and :y',
  '#b = :y AND #a BETWEEN  :x AND :y',
  '#a between :x and :y or #b between :y and :x',
  '#a between #b and :y or #a = :x',
  '#a between :x and :missing or #b = :y',
  '#a between :x and :x and #b between :y and :y',
  'attribute_type(#a, :x) and attribute_exists(#b) and #b <> :y',
  'begins_with(#a, :x) and size(#b) > :y',
  '#a = :x and #b = :missing',
  '#a = = :x',
  '((#a = :x)) and #b = :y',
];
const UPDATES = [
  'set #a = :x, #b = if_not_exists(#b, :y)',
  'set #a = #a + :y remove #b add c :x',
  'add #a :x, #b :y',
  'set #a.#b = list_append(:x, :y)',
  'set #a = :x set #b = :y',
];
const VALUES: Values[] = [
  { ':x': { S: 'one' }, ':y': { N: '2' } },
  { ':x': { S: 'two' }, ':y': { N: '3' } },
  { ':x': { N: '7' }, ':y': { N: '3' } },
  { ':x': { N: '1' }, ':y': { N: '3' } },
  { ':x': { SS: ['a'] }, ':y': { L: [{ S: 'b' }] } },
  { ':x': { S: 'S' }, ':y': { NULL: true } },
];
const NAMES = [
  { '#a': 'alpha', '#b': 'beta' },
  { '#a': 'beta', '#b': 'beta' },
];

function outcomeOf(parse: Parse, text: string, values: Values, names: Record<string, string>): unknown {
  const context = {
    attrNames: names,
    attrVals: values,
    unusedAttrNames: { '#a': true, '#b': true } as Record<string, true>,
    unusedAttrVals: { ':x': true, ':y': true } as Record<string, true>,
    isReserved: () => false,
    compare,
  };
  try {
    const tree = parse(text, { context });
    return { tree, names: context.unusedAttrNames, values: context.unusedAttrVals };
  } catch (error) {
    return { error: String(error) };
  }
}

test.each([
  ['conditionParser', CONDITIONS],
  ['updateParser', UPDATES],
])('a remembered expression comes to what a new one does: %s', (name, texts) => {
  const parse = freshParser(name);
  const remembered = remembering(parse);
  for (const round of [1, 2]) {
    for (const text of texts) {
      for (const values of VALUES) {
        for (const names of NAMES) {
          const seen = { round, text, values, names };
          expect({ ...seen, came: outcomeOf(remembered, text, values, names) }).toEqual({
            ...seen,
            came: outcomeOf(parse, text, values, names),
          });
        }
      }
    }
  }
});

test('what dynalite does to a tree is not remembered', () => {
  const remembered = remembering(freshParser('conditionParser'));
  const [values, names] = [VALUES[0] ?? {}, NAMES[0] ?? {}];
  const first = outcomeOf(remembered, '#a = :x', values, names) as { tree: { expression: { type: string } } };
  first.tree.expression.type = 'turned over';
  const second = outcomeOf(remembered, '#a = :x', values, names) as {
    tree: { expression: { type: string } };
  };
  expect(second.tree.expression.type).toBe('=');
  // The one that is remembered has not met the values that the first had.
  const third = outcomeOf(remembered, '#a = :x', VALUES[1] ?? {}, names);
  expect(JSON.stringify(third)).toContain('two');
});

test('a text is read once for the same names and types', () => {
  let reads = 0;
  const parse = remembering((text, { context }) => {
    reads += 1;
    return { text, value: context.attrVals?.[':x'] };
  });
  for (const S of ['a', 'b', 'c']) {
    expect(outcomeOf(parse, '#a = :x', { ':x': { S } }, { '#a': 'alpha' })).toMatchObject({
      tree: { value: { S } },
    });
  }
  outcomeOf(parse, '#a = :x', { ':x': { N: '1' } }, { '#a': 'alpha' });
  expect(reads).toBe(2);
});

test('bounds are read once where the lower one comes first', () => {
  let reads = 0;
  const fresh = freshParser('conditionParser');
  const parse = remembering((text, options) => {
    reads += 1;
    return fresh(text, options);
  });
  const ask = (lower: string, upper: string) =>
    outcomeOf(parse, '#a between :x and :y', { ':x': { N: lower }, ':y': { N: upper } }, NAMES[0] ?? {});
  for (const [lower, upper] of [
    ['1', '2'],
    ['3', '10'],
    ['5', '5'],
  ] as const) {
    expect(ask(lower, upper)).toMatchObject({
      tree: { expression: { type: 'between', args: [['alpha'], { N: lower }, { N: upper }] } },
    });
  }
  expect(reads).toBe(1);
  expect(JSON.stringify(ask('10', '9'))).toContain('upper bound to be greater than or equal to lower bound');
  expect(reads).toBe(2);
});
