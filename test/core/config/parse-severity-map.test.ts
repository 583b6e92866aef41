import { describe, expect, it } from 'vitest';
import { readSeverityMap } from '../../../functions/core/config/parse-severity-map.ts';
import type { Problem } from '../../../functions/core/config/problem.ts';

function read(input: unknown) {
  const problems: Problem[] = [];
  return { map: readSeverityMap(input, problems), problems: problems.map(({ message }) => message) };
}

describe('what severities of a source mean', () => {
  it('is kept without regard to case and the space around a word', () => {
    expect(read({ ' P1 ': 'critical', 'Needs attention': 'high' })).toEqual({
      map: { p1: 'critical', 'needs attention': 'high' },
      problems: [],
    });
  });

  it('is nothing where it is empty', () => {
    expect(read({})).toEqual({ map: undefined, problems: [] });
  });

  it.each<[string, unknown, string]>([
    ['no object', 'P1=critical', 'must be an object'],
    ['a list', ['critical'], 'must be an object'],
    ['another word for a severity', { P1: 'urgent' }, '"urgent" is no severity'],
    ['an empty word', { ' ': 'high' }, 'must have 1 to 60 characters'],
    ['a long word', { ['a'.repeat(61)]: 'high' }, 'must have 1 to 60 characters'],
    ['a word twice', { P1: 'high', ' p1': 'low' }, '" p1" is there twice'],
    [
      '51 words',
      Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`w${String(index)}`, 'low'])),
      '51 values; expected at most 50',
    ],
  ])('is refused where it is %s', (_what, input, problem) => {
    expect(read(input).problems[0]).toContain(problem);
  });
});
