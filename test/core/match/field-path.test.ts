import { describe, expect, it } from 'vitest';
import { parseFieldExpression, readAt } from '../../../functions/core/match/field-path.ts';

const document = {
  title: 'a title',
  empty: '',
  alert: { name: 'nested', 'app.kubernetes.io/name': 'quoted', items: [{ id: 'first' }, { id: 'second' }] },
  'a/b': { '~c': 'escaped' },
  ключ: 'any script',
};
const asText = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

function read(expression: string): string | undefined {
  const parsed = parseFieldExpression(expression);
  if (parsed === undefined) throw new Error(`no expression: ${expression}`);
  return readAt(document, parsed, asText);
}

describe('a path to a field', () => {
  it.each<[string, string | undefined]>([
    ['title', 'a title'],
    ['alert.name', 'nested'],
    ['alert.items[1].id', 'second'],
    ['alert["app.kubernetes.io/name"]', 'quoted'],
    ['/alert/items/0/id', 'first'],
    ['/a~1b/~0c', 'escaped'],
    ['ключ', 'any script'],
    ['"a | constant"', 'a | constant'],
    ['missing | alert.name', 'nested'],
    ['empty | alert | title', 'a title'],
    ['missing | "fallback"', 'fallback'],
    ['alert.items.length', undefined],
    ['title.length', undefined],
    ['constructor.name', undefined],
    ['__proto__', undefined],
  ])('%s leads to %j', (expression, expected) => {
    expect(read(expression)).toBe(expected);
  });

  it.each([
    '',
    ' ',
    '.',
    'a..b',
    'a.',
    '.a',
    'a b',
    'a[b]',
    'a[-1]',
    'a[01]',
    'a[',
    'a | ',
    '| a',
    '"',
    '""',
    '/a~2',
    'a[""',
    'x.'.repeat(40) + 'x',
    Array.from({ length: 25 }, () => 'a').join('|'),
  ])('is refused: %j', (expression) => {
    expect(parseFieldExpression(expression)).toBeUndefined();
  });
});
