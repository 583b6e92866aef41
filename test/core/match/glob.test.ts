import { describe, expect, test } from 'vitest';
import { matchesGlob } from '../../../functions/core/match/glob.ts';

describe('a glob', () => {
  test.each([
    ['threat', 'threat', true],
    ['threat', 'Threat', false],
    ['threat.network', 'threat.*', true],
    ['threat.', 'threat.*', true],
    ['threat', 'threat.*', false],
    ['a.threat.b', '*.threat.*', true],
    ['anything', '*', true],
    ['', '*', true],
    ['', '', true],
    ['abc', 'a*b*c', true],
    ['abbc', 'a*b*bc', true],
    ['abc', 'a*bc*c', false],
    ['aba', 'ab*ba', false],
    ['abba', 'ab*ba', true],
    ['a+b', 'a+*', true],
    ['aab', 'a.b', false],
    ['a*b', 'a**b', true],
    ['axxbxxc', 'a*b**c', true],
  ])('%s against %s: %s', (value, glob, isMatch) => {
    expect(matchesGlob(value, glob)).toBe(isMatch);
  });
});
