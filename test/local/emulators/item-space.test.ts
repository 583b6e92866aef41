import { expect, test } from 'vitest';
import { openDatabase } from '../../../local/emulators/database.ts';
import { openItemSpaces } from '../../../local/emulators/dynamodb/item-space.ts';
import type { ItemSpace } from '../../../local/emulators/dynamodb/item-space.ts';

const fail = (error: unknown): void => {
  if (error !== null) throw error;
};

function spaceWith(keys: string[]): ItemSpace {
  const open = openItemSpaces(openDatabase(':memory:'));
  const [space, other] = [open('space'), open('spacf')];
  for (const key of keys) space.put(key, { key }, fail);
  other.put('00', { key: 'of another space' }, fail);
  return space;
}

async function keysOf(space: ItemSpace, range: object): Promise<string[]> {
  const keys: string[] = [];
  for await (const value of space.createValueStream(range)) keys.push((value as { key: string }).key);
  return keys;
}

const key = (index: number): string => String(index).padStart(3, '0');
const hundred = Array.from({ length: 100 }, (_, index) => key(index));

test.each<[string, object, string[]]>([
  ['all', {}, hundred],
  ['all, whatever the limit of -1 says', { limit: -1 }, hundred],
  ['all backwards', { reverse: true }, hundred.toReversed()],
  ['above a key', { gt: key(10) }, hundred.slice(11)],
  ['from a key', { gte: key(10) }, hundred.slice(10)],
  ['below a key', { lt: key(90) }, hundred.slice(0, 90)],
  ['up to a key', { lte: key(90) }, hundred.slice(0, 91)],
  [
    'between, backwards, with a limit',
    { gte: key(5), lte: key(95), reverse: true, limit: 70 },
    hundred.slice(26, 96).toReversed(),
  ],
  ['the first of several pages', { gt: key(0), limit: 33 }, hundred.slice(1, 34)],
  ['none', { gt: key(99) }, []],
])('values come in the order of their keys: %s', async (_, range, expected) => {
  expect(await keysOf(spaceWith(hundred.toReversed()), range)).toEqual(expected);
});

test('keys are in the order of their UTF-8 bytes, as those of DynamoDB', async () => {
  const keys = ['a', 'B', 'é', '\u{FFFD}', '\u{1F600}', '~'];
  const byBytes = keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  expect(await keysOf(spaceWith(keys), {})).toEqual(byBytes);
});

test('a value is written over, removed, and not found after that', () => {
  const space = spaceWith(['a']);
  const seen: unknown[] = [];
  const look = (): void => {
    space.get('a', (error, value) => seen.push(error, value));
  };
  space.put('a', { second: true }, fail);
  look();
  space.del('a', fail);
  look();
  expect(seen).toEqual([null, { second: true }, null, undefined]);
});
