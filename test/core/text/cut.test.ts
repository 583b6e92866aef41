import { constantFrom, array, assert, integer, property } from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { cut, cutWithCount, startOf } from '../../../functions/core/text/cut.ts';

describe('a text that is cut', () => {
  it.each([
    ['short enough', 'abc', 3, 'abc'],
    ['one too long', 'abcd', 3, 'ab…'],
    ['cut in the middle of a character', 'ab\u{1f600}d', 4, 'ab…'],
    ['empty', '', 1, ''],
  ])('shows that something is missing, within the limit: %s', (_, text, max, expected) => {
    expect(cut(text, max)).toBe(expected);
  });

  it('says how much is missing, behind the limit', () => {
    expect(cutWithCount('abcdef', 4)).toBe('abcd… (2 more characters)');
    expect(cutWithCount('abcd', 4)).toBe('abcd');
  });
});

test('no cut leaves half a character, and none is longer than its limit', () => {
  const texts = array(constantFrom('a', 'é', '\u{1f600}', '\u{1f468}\u200d\u{1f469}'), { maxLength: 12 });
  assert(
    property(texts, integer({ min: 1, max: 20 }), (parts, max) => {
      const text = parts.join('');
      for (const shown of [startOf(text, max), cut(text, max)]) {
        expect(shown.isWellFormed()).toBe(true);
        expect(shown.length).toBeLessThanOrEqual(max);
      }
      expect(cutWithCount(text, max).isWellFormed()).toBe(true);
    }),
  );
});
