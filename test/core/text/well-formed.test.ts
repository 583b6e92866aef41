import { expect, it } from 'vitest';
import { isWellFormedJson, wellFormed } from '../../../functions/core/text/well-formed.ts';

it('half a surrogate pair becomes U+FFFD, in values, lists and keys', () => {
  expect(wellFormed({ 'a\ud800': ['\udc00', { b: 'c\ud83d' }], n: 1, none: null })).toEqual({
    'a\ufffd': ['\ufffd', { b: 'c\ufffd' }],
    n: 1,
    none: null,
  });
});

it.each([
  ['\ud83d', false],
  ['\u{1f600}', true],
  ['plain', true],
])('the JSON of %j is seen as well-formed: %s', (text, expected) => {
  expect(isWellFormedJson(JSON.stringify({ text }))).toBe(expected);
});
