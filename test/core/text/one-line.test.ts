import { assert, property, string } from 'fast-check';
import { expect, it, test } from 'vitest';
import { oneCleanLine, oneLine } from '../../../functions/core/text/one-line.ts';
import { anyCharacter } from '../../any-character.ts';

it.each([
  ['line feeds', 'a\r\n\r\nb', 'a b'],
  ['other line ends', 'a\u2028b\u2029c\u0085d', 'a b c d'],
  ['tabs and wide spaces', ' a\t\u00a0b\u3000c ', 'a b c'],
])('%s become one space each run, and none stays at an end', (_, text, expected) => {
  expect(oneLine(text)).toBe(expected);
  expect(oneCleanLine(text)).toBe(expected);
});

it('control characters stay unless the clean line is asked for', () => {
  expect(oneLine('a\u001b[2Jb')).toBe('a\u001b[2Jb');
  expect(oneCleanLine('a\u001b\u0000[2Jb')).toBe('a [2Jb');
});

test('a line has no line end and no run of spaces, whatever it was made of', () => {
  assert(
    property(string({ unit: anyCharacter }), (text) => {
      expect(oneLine(text)).not.toMatch(/[\n\r\u0085\u2028\u2029]| {2}|^ | $/u);
      expect(oneCleanLine(text)).not.toMatch(/\p{Cc}/u);
    }),
  );
});
