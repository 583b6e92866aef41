import { expect, test } from 'vitest';
import { RecentMap } from '../../functions/core/recent-map.ts';

test('keeps the entries that were set last', () => {
  const map = new RecentMap<number, string>(3);
  for (const number of [1, 2, 3, 4, 5]) map.set(number, String(number));
  expect([...map]).toEqual([
    [3, '3'],
    [4, '4'],
    [5, '5'],
  ]);
});

test('an entry that is set again counts as new and takes no more room', () => {
  const map = new RecentMap<string, number>(2).set('a', 1).set('b', 2).set('a', 3).set('c', 4);
  expect([...map]).toEqual([
    ['a', 3],
    ['c', 4],
  ]);
});

test('a look at an entry does not make it new: how long something is remembered depends on when it was learned', () => {
  const map = new RecentMap<string, number>(2).set('a', 1).set('b', 2);
  map.get('a');
  expect([...map.set('c', 3).keys()]).toEqual(['b', 'c']);
});
