import { describe, expect, it } from 'vitest';
import { matcherProblem } from '../../../functions/core/match/matcher-problem.ts';
import type { Matcher } from '../../../functions/core/match/matcher.ts';
import { compiledExpression, expressionProblems } from '../../../functions/core/match/regular-expressions.ts';

const matcher = (name: string, operator: Matcher['operator'], value: string): Matcher => ({
  name,
  operator,
  value,
});

describe('a regular expression', () => {
  it.each<[string, string, boolean]>([
    ['web|db', 'db', true],
    ['web|db', 'dbx', false],
    ['a.b', 'a\nb', true],
    ['(?i)WEB', 'web', true],
    ['', '', true],
  ])('%j matches a whole value or nothing: %j', (pattern, value, isMatch) => {
    expect(compiledExpression(pattern)(value)).toBe(isMatch);
  });

  it.each(['(', 'a(?=b)', '(?<!a)b', '(a)\\1', '*'])('is refused where RE2 has none such: %j', (value) => {
    const [problem, ...others] = expressionProblems([matcher('team', '=~', value)]);
    expect(problem).toContain(`is no regular expression of RE2: `);
    expect(problem).toContain('"team"');
    expect(others).toEqual([]);
  });

  it('is looked for only where a matcher holds one', () => {
    expect(expressionProblems([matcher('team', '=', '('), matcher('env', '!~', 'a|b')])).toEqual([]);
  });
});

describe('a matcher', () => {
  it.each<[Matcher, RegExp | undefined]>([
    [matcher('severity', '>=', 'high'), undefined],
    [matcher('severity', '=', 'hihg'), /^severity "hihg" is not known; expected severity=info/u],
    [matcher('status', '!=', 'open'), /^status "open" is not known; expected status!=firing/u],
    [matcher('status', '>', 'firing'), /^"status" has no order, so > means nothing/u],
    [matcher('team', '<=', 'web'), /^"team" has no order, so <= means nothing/u],
    [matcher('severity', '=~', 'hi.*'), undefined],
    [
      matcher('team', '=', 'a'.repeat(1_021)),
      /^the matcher of "team" has 1025 characters; expected at most 1024/u,
    ],
    [matcher('team', '=', 'a'.repeat(1_020)), undefined],
    [matcher('team', '=', ''), undefined],
  ])('%j has the problem %s', (one, problem) => {
    const found = matcherProblem(one);
    if (problem === undefined) expect(found).toBeUndefined();
    else expect(found).toMatch(problem);
  });
});
