import { describe, expect, test } from 'vitest';
import { visibleLine, visibleText } from '../../../functions/core/text/visible-text.ts';

describe('invisible characters', () => {
  test.each([
    ['NUL', 'a\u0000b', 'a␀b'],
    ['escape', '\u001b[31m', '␛[31m'],
    ['delete', 'a\u007f', 'a␡'],
    ['C1 controls', 'a\u009b', 'a[U+009B]'],
    ['right-to-left override', 'a\u202eb', 'a[U+202E]b'],
    ['isolates', '\u2066a\u2069', '[U+2066]a[U+2069]'],
    ['marks', '\u200e\u200f\u061c', '[U+200E][U+200F][U+061C]'],
    ['zero width', 'a\u200bb\u2060\ufeff', 'a[U+200B]b[U+2060][U+FEFF]'],
    ['soft hyphen', 'a\u00adb', 'a[U+00AD]b'],
    ['line separators', 'a\u2028b\u2029', 'a[U+2028]b[U+2029]'],
    ['tags', 'a\u{e0041}', 'a[U+E0041]'],
    ['fillers', '\u3164', '[U+3164]'],
    ['joiner outside an emoji', 'a\u200db', 'a[U+200D]b'],
    ['variation selector on a letter', 'a\ufe0f', 'a[U+FE0F]'],
    ['noncharacters', '\uffff\ufdd0', '[U+FFFF][U+FDD0]'],
    ['half a pair', 'a\ud800b', 'a\ufffdb'],
  ])('are shown: %s', (_, value, shown) => {
    expect(visibleText(value)).toBe(shown);
  });

  test.each([
    ['letters of many scripts', 'שלום مرحبا 田中さん Ångström'],
    ['emoji made of several', '👩‍👩‍👧‍👦 🏳️‍🌈 ❤️ 👍🏽'],
    ['line feeds', 'a\nb'],
    ['a few marks on a letter', 'ệ a\u0302\u0323'],
  ])('are not seen in %s', (_, value) => {
    expect(visibleText(value)).toBe(value);
  });

  test('piled up on one letter are cut', () => {
    expect(visibleText(`Z${'\u0300'.repeat(200)}a`)).toBe('Z\u0300\u0300\u0300\u0300[…]a');
  });
});

describe('line ends', () => {
  test('of every kind become line feeds, or one space where there is one line', () => {
    expect(visibleText('a\r\nb\rc\nd')).toBe('a\nb\nc\nd');
    expect(visibleLine('  a\r\n\r\n b\u2028c\u0085d\te\u000bf ')).toBe('a b c d e f');
  });
});
