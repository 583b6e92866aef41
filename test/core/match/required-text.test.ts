import { describe, expect, it } from 'vitest';
import { indexExpressions } from '../../../functions/core/match/expression-index.ts';
import { listedTexts, requiredTexts } from '../../../functions/core/match/required-text.ts';

describe('what a match must contain', () => {
  it.each<[string, string[] | undefined]>([
    ['.*team-(a|b)[0-9]+', ['team-']],
    ['disk|memory', ['disk', 'memory']],
    ['(?i)disk', undefined],
    ['.*', undefined],
    ['', undefined],
    ['a?b', ['b']],
    ['ab*', ['a']],
    ['ab{2,3}c', ['a']],
    ['disks?', ['disk']],
    ['ab+c', ['ab']],
    ['a\\.b', ['a.b']],
    ['\\d+-prod', ['-prod']],
    ['(?:a|b)-prod', ['-prod']],
    ['(?P<name>a)-prod', ['-prod']],
    ['disk|.*', undefined],
    ['\\Qa|b\\E', undefined],
    ['[[:alpha:]]x', undefined],
    ['[]x]-prod', ['-prod']],
    ['a)', undefined],
    ['(a', undefined],
    ['a{x}', undefined],
    ['\\pL', undefined],
    ['a\\', undefined],
  ])('of %j is %j', (pattern, texts) => {
    expect(requiredTexts(pattern)).toEqual(texts);
  });

  it.each<[string, string[] | undefined]>([
    ['src_a|src_b', ['src_a', 'src_b']],
    ['a\\.b', ['a.b']],
    ['', ['']],
    ['src_a|src_.*', undefined],
    ['a+', undefined],
    ['(a|b)', undefined],
  ])('is all of it where %j lists every match: %j', (pattern, texts) => {
    expect(listedTexts(pattern)).toEqual(texts);
  });
});

describe('an index of expressions', () => {
  const PATTERNS = ['.*team-17-(?:a|b).*', 'src_a|src_b', '(?i)DISK.*', '.*team-18.*', 'ab'];

  /** Which expressions match a value, and which were run for that. */
  function find(...values: string[]) {
    const run: string[] = [];
    const index = indexExpressions(PATTERNS, (pattern) => {
      const [, flag = '', bare = ''] = /^(?:\(\?(i)\))?(.*)$/u.exec(pattern) ?? [];
      const expression = new RegExp(`^(?:${bare})$`, `u${flag}`);
      return (value) => {
        run.push(pattern);
        return expression.test(value);
      };
    });
    return { found: values.map((value) => [...index(value)].toSorted((a, b) => a - b)), run };
  }

  it('finds what matches', () => {
    expect(find('x team-17-a y', 'src_b', 'disk full', 'ab', 'nothing').found).toEqual([
      [0],
      [1],
      [2],
      [4],
      [],
    ]);
  });

  it('runs only those whose text stands in the value, and those that name none', () => {
    expect(find('x team-17-a y').run).toEqual(['(?i)DISK.*', '.*team-17-(?:a|b).*']);
    expect(find('src_b').run).toEqual(['(?i)DISK.*']);
  });

  it('runs nothing for a value that it has met', () => {
    const { found, run } = find('disk full', 'disk full');
    expect(found).toEqual([[2], [2]]);
    expect(run).toHaveLength(1);
  });
});
