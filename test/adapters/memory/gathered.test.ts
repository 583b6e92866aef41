import { expect, test } from 'vitest';
import { gathered } from '../../../functions/adapters/memory/gathered.ts';

function aGathering() {
  const moments: (() => void)[] = [];
  const handedOn: [string, number[]][] = [];
  const add = gathered<number>({
    afterMoment: (run) => void moments.push(run),
    act: (place, group) => void handedOn.push([place, group]),
  });
  return { add, moments, handedOn };
}

test('what comes for one place within a moment is handed on together, in order', () => {
  const { add, moments, handedOn } = aGathering();
  add('a', 1);
  add('b', 2);
  add('a', 3);
  expect(handedOn).toEqual([]);
  for (const over of moments) over();
  expect(handedOn).toEqual([
    ['a', [1, 3]],
    ['b', [2]],
  ]);
});

test('what comes after the moment begins a group of its own', () => {
  const { add, moments, handedOn } = aGathering();
  add('a', 1);
  moments.shift()?.();
  add('a', 2);
  moments.shift()?.();
  expect(handedOn).toEqual([
    ['a', [1]],
    ['a', [2]],
  ]);
});
