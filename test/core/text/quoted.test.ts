import { expect, it } from 'vitest';
import { quoted } from '../../../functions/core/text/quoted.ts';

it.each<[unknown, string]>([
  ['a', '"a"'],
  ['a "b"\n', '"a \\"b\\"\\n"'],
  [7, '"7"'],
  [{ a: 1 }, '"{\\"a\\":1}"'],
  [undefined, '"undefined"'],
  [() => 1, '"function"'],
])('%s stands in a message as %s', (value, text) => {
  expect(quoted(value)).toBe(text);
});

it('a long value is cut, and says that it was', () => {
  const [shown, whole] = [quoted('a'.repeat(500)), quoted('a'.repeat(60))];
  expect(whole).toBe(`"${'a'.repeat(60)}"`);
  expect(shown.length).toBeLessThanOrEqual(whole.length);
  expect(shown).toMatch(/^"a+…"$/u);
});
