import { expect, test } from 'vitest';
import { nameTaken, nameTakenProblem } from '../../../cli/config/name-taken.ts';

test.each([
  ['source', 'a source is called "ci" already; choose another name'],
  ['interval', 'an interval is called "ci" already; choose another name'],
] as const)('the name of a %s that is taken is named', (kind, words) => {
  expect(nameTakenProblem(kind, 'ci')).toBe(words);
  expect(nameTaken(kind, 'ci')).toMatchObject({ code: 'name-taken', message: words });
});
