import { describe, expect, it } from 'vitest';
import {
  fit,
  inertLine,
  inertText,
} from '../../../../../functions/core/deliver/webhook/formats/inert-text.ts';

describe('inert text', () => {
  it.each([
    ['a\r\nb\rc\u2028d\u0085e', 'a\nb\nc\nd\ne'],
    ['a\tb', 'a b'],
    ['gnp.\u202eexe', 'gnp.exe'],
    ['pass\u200bword\ufeff', 'password'],
    ['a\0b\u009bc', 'abc'],
    ['\u{e0041}a', 'a'],
    ['\ud83d', '\ufffd'],
    // A joiner of an emoji stays.
    ['\u{1f469}\u200d\u{1f4bb}', '\u{1f469}\u200d\u{1f4bb}'],
  ])('%j reads %j', (text, inert) => {
    expect(inertText(text)).toBe(inert);
  });

  it('is on one line where one is asked for', () => {
    expect(inertLine('a\r\nb')).toBe('a b');
  });
});

describe('text that must fit', () => {
  const escape = (character: string) => (character === '<' ? '&lt;' : character);

  it('is whole where it fits, with its escapes', () => {
    expect(fit('a<b', 6, escape)).toBe('a&lt;b');
    expect(fit('abc', 3)).toBe('abc');
  });

  it.each([
    ['a'.repeat(100), 60],
    ['<'.repeat(100), 60],
    ['\u{1f469}'.repeat(100), 60],
    [`${'a'.repeat(59)}<`, 60],
  ])('is cut between characters and escapes, and says how much is missing: %.12s', (text, max) => {
    const cut = fit(text, max, escape);
    const [note = '', missing = '0'] = /… \((\d+) more characters\)$/u.exec(cut) ?? [];
    const characters = cut.slice(0, cut.length - note.length).replaceAll('&lt;', '<');
    expect(cut.length).toBeLessThanOrEqual(max);
    expect(cut.isWellFormed()).toBe(true);
    expect(text.startsWith(characters)).toBe(true);
    expect(Number(missing)).toBe(text.length - characters.length);
  });
});
