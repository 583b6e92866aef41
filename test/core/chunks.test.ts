import { expect, it } from 'vitest';
import { chunks } from '../../functions/core/chunks.ts';

it.each<[number[], number, number[][]]>([
  [[], 2, []],
  [[1], 2, [[1]]],
  [
    [1, 2, 3, 4],
    2,
    [
      [1, 2],
      [3, 4],
    ],
  ],
  [[1, 2, 3], 2, [[1, 2], [3]]],
])('%j in parts of %i is %j', (list, size, parts) => {
  expect(chunks(list, size)).toEqual(parts);
});
