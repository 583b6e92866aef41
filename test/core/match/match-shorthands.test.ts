import { array, assert, constantFrom, property, record, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesGlob } from '../../../functions/core/match/glob.ts';
import { indexMatchers } from '../../../functions/core/match/index-matchers.ts';
import { printMatcher } from '../../../functions/core/match/matcher.ts';
import {
  labelMatcher,
  minSeverityMatcher,
  parseLabel,
  sourceMatcher,
  typeMatcher,
} from '../../../functions/core/match/match-shorthands.ts';
import { expressionProblems } from '../../../functions/core/match/regular-expressions.ts';
import { anAlert } from '../../adapters/records.ts';

describe('the shorthands of matchers', () => {
  it.each([
    [typeMatcher(['github.push']), 'type=github.push'],
    [typeMatcher(['github.*', 'loud']), String.raw`type=~"github\\..*|loud"`],
    [typeMatcher(['*']), 'type=~".*"'],
    [sourceMatcher(['src_1']), 'source=src_1'],
    [sourceMatcher(['src_1', 'src_2']), 'source=~"src_1|src_2"'],
    [minSeverityMatcher('high'), 'severity>=high'],
    [labelMatcher('env', 'prod'), 'env=prod'],
    [labelMatcher('type', 'web'), 'labels.type=web'],
  ])('%o is %s', (matcher, text) => {
    expect(printMatcher(matcher)).toBe(text);
  });

  it('take the types that their globs take', () => {
    const piece = constantFrom('a', 'b', '.', '*', '-', '+', '(', '|', '\\');
    const text = array(piece, { maxLength: 6 }).map((pieces) => pieces.join(''));
    assert(
      property(array(text, { minLength: 1, maxLength: 3 }), text, (globs, type) => {
        const matcher = typeMatcher(globs);
        expect(expressionProblems([matcher])).toEqual([]);
        expect(indexMatchers([[matcher]])(anAlert({ type })).length === 1).toBe(
          globs.some((glob) => matchesGlob(type, glob)),
        );
      }),
    );
  });

  it('take the label that they name, whatever it is called', () => {
    assert(
      property(
        record({
          name: constantFrom('type', 'source', 'labels.x', 'x', 'a b', '__proto_'),
          value: string({ minLength: 1 }),
        }),
        ({ name, value }) => {
          const matching = indexMatchers([[labelMatcher(name, value)]]);
          expect(matching(anAlert({ type: 'no', labels: { [name]: value } }))).toEqual([0]);
          expect(matching(anAlert({ type: value, labels: { [`${name}x`]: value } }))).toEqual([]);
        },
      ),
    );
  });
});

describe('a label that is written', () => {
  it.each([
    ['env=dev', 'env=dev'],
    ['env="dev"', 'env=dev'],
    ['url=https://x.example/?a=b', 'url="https://x.example/?a=b"'],
    ['note=a, b {c}', 'note="a, b {c}"'],
    ['severity=page', 'labels.severity=page'],
  ])('%s is %s', (text, printed) => {
    const parsed = parseLabel(text);
    expect('problem' in parsed ? parsed.problem : printMatcher(parsed)).toBe(printed);
  });

  it.each([
    ['env!=dev', "expected name=value, or --match 'env!=dev'"],
    ['team=~"a|b"', `expected name=value, or --match 'team=~"a|b"'`],
    ['team=~a|b', `expected name=value, or --match 'team=~"a|b"'`],
    ['team!~a', `or --match 'team!~"a"'`],
    ["owner!=O'Brien", `or --match 'owner!="O'\\''Brien"'`],
    ['severity>=high', "or --match 'severity>=high'"],
    ['env=', `or --match 'env=""'`],
    ['env==dev', 'is no label; expected name=value'],
    ['env', 'is no label; expected name=value'],
    ['=dev', 'is no label; expected name=value'],
    ['a=b"', undefined],
  ])('%s', (text, problem) => {
    const parsed = parseLabel(text);
    if (problem === undefined) expect(parsed).toEqual(labelMatcher('a', 'b"'));
    else expect('problem' in parsed ? parsed.problem : printMatcher(parsed)).toContain(problem);
  });
});
