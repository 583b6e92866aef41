import { describe, expect, it } from 'vitest';
import {
  escapeAttribute,
  escapeText,
  headerText,
  webAddress,
} from '../../../../../functions/core/deliver/email/compose/escape.ts';

it('text between tags cannot open one, and an attribute cannot be left', () => {
  expect(escapeText(`<b a="1">&amp;'`)).toBe(`&lt;b a="1"&gt;&amp;amp;'`);
  expect(escapeAttribute('"><b \'`&')).toBe('&quot;&gt;&lt;b &#39;&#96;&amp;');
});

describe('a web address of ours', () => {
  it.each([
    ['https://tocsin.example/u?t=a b', 'https://tocsin.example/u?t=a%20b'],
    ["https://tocsin.example/'`<>", 'https://tocsin.example/%27%60%3C%3E'],
    ['https://t\u00f6csin.example/', 'https://xn--tcsin-jua.example/'],
  ])('%s stands in an attribute as %s', (address, safe) => {
    expect(webAddress(address)).toBe(safe);
  });

  it.each(['javascript:alert(1)', 'tocsin.example', ''])('is never %j', (address) => {
    expect(() => webAddress(address)).toThrow('is no http or https address');
  });
});

it.each([
  ['a\r\nBcc: eve@example.com', 'a?Bcc: eve@example.com'],
  ['\u00e4\u00f6 x', '? x'],
  [' a ', 'a'],
  ['a'.repeat(300), 'a'.repeat(200)],
])('the text of a header is one line of printable ASCII: %.30j', (value, text) => {
  expect(headerText(value)).toBe(text);
});
