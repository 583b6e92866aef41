import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskSecrets } from '../../../functions/core/text/mask-secrets.ts';
import { withoutSecrets } from '../../../functions/core/deliver/webhook/without-secrets.ts';

const SECRET = 'kÜ/9+fQ"x&<Zr\'7%s=Yw~ep!Vd2';
const bytes = (text: string) => [...Buffer.from(text)];
const hex = (byte: number) => byte.toString(16).padStart(2, '0');

/** Ways in which a receiver repeats what it got; each gives a text that holds the whole secret. */
const CODINGS: Record<string, (text: string) => string> = {
  'as it is': (text) => text,
  'in upper case': (text) => text.toUpperCase(),
  'in lower case': (text) => text.toLowerCase(),
  base64: (text) => Buffer.from(text).toString('base64'),
  'base64 for URLs': (text) => Buffer.from(text).toString('base64url'),
  'base64 of a header': (text) => Buffer.from(`K: ${text}\r\n`).toString('base64'),
  'base64 behind one byte': (text) => Buffer.from(`:${text}`).toString('base64'),
  'base64 behind two bytes': (text) => Buffer.from(`a:${text};`).toString('base64'),
  'base64 in lines': (text) => Buffer.from(text).toString('base64').replaceAll(/.{16}/gu, '$&\r\n'),
  hex: (text) => Buffer.from(text).toString('hex'),
  'hex in upper case': (text) => Buffer.from(text).toString('hex').toUpperCase(),
  'a hex dump': (text) => bytes(text).map(hex).join(' '),
  'hex with colons': (text) => bytes(text).map(hex).join(':'),
  'percent-encoded': encodeURIComponent,
  'percent-encoded in lower case': (text) =>
    encodeURIComponent(text).replaceAll(/%../gu, (escape) => escape.toLowerCase()),
  'percent-encoded whole': (text) =>
    bytes(text)
      .map((byte) => `%${hex(byte)}`)
      .join(''),
  'percent-encoded twice': (text) => encodeURIComponent(encodeURIComponent(text)),
  JSON: (text) => JSON.stringify(text),
  'JSON with every character escaped': (text) =>
    text.replaceAll(/./gsu, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`),
  'JSON with slashes escaped': (text) => JSON.stringify(text).replaceAll('/', '\\/'),
  'JSON in JSON': (text) => JSON.stringify(JSON.stringify(text)),
  'bytes as a script escapes them': (text) =>
    bytes(text)
      .map((byte) => `\\x${hex(byte)}`)
      .join(''),
  HTML: (text) =>
    text
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('"', '&quot;')
      .replaceAll("'", '&#39;')
      .replaceAll('/', '&#x2F;'),
  'HTML with every character as a number': (text) =>
    text.replaceAll(/./gsu, (one) => `&#${one.charCodeAt(0)};`),
  'HTML with every character in hex': (text) =>
    text.replaceAll(/./gsu, (one) => `&#x${one.charCodeAt(0).toString(16)};`),
  'JSON in HTML': (text) => JSON.stringify(text).replaceAll('&', '&amp;').replaceAll('"', '&quot;'),
};

/** How many characters in a row of the longest run of one text that stand in the other. */
function longestCommon(one: string, other: string): number {
  let longest = 0;
  for (let start = 0; start < one.length; start += 1) {
    while (other.includes(one.slice(start, start + longest + 1)) && start + longest < one.length)
      longest += 1;
  }
  return longest;
}

describe('a secret that a receiver repeats', () => {
  it.each(Object.entries(CODINGS))('is masked %s', (_name, encode) => {
    for (const before of ['', 'no such key: ', '{"error":"']) {
      for (const after of ['', ' is unknown', '"}']) {
        const masked = maskSecrets(before + encode(SECRET) + after, [SECRET]);
        expect(masked).toContain('***');
        // A few characters at either end may stand, where they depend on what is around them.
        expect(longestCommon(encode(SECRET), masked)).toBeLessThan(before.length + after.length + 12);
        expect(masked.startsWith(before)).toBe(true);
        expect(masked.endsWith(after)).toBe(true);
      }
    }
  });

  it('is masked whatever it is, in every coding', () => {
    fc.assert(
      fc.property(
        fc.string({
          minLength: 16,
          maxLength: 60,
          unit: fc.integer({ min: 33, max: 126 }).map((code) => String.fromCharCode(code)),
        }),
        fc.constantFrom(...Object.values(CODINGS)),
        (secret, encode) => {
          const masked = maskSecrets(`is ${encode(secret)} known?`, [secret]);
          expect(masked).toMatch(/^is .{0,14}\*\*\*.{0,14} known\?$/su);
        },
      ),
      { numRuns: 400 },
    );
  });

  it.each([
    ['its first half', SECRET.slice(0, 14)],
    ['its second half', SECRET.slice(-14)],
    ['both apart', `${SECRET.slice(0, 14)} and ${SECRET.slice(14)}`],
    ['its middle', SECRET.slice(6, 20)],
  ])('is masked in part: %s', (_name, part) => {
    const masked = maskSecrets(`got ${part} here`, [SECRET]);
    expect(longestCommon(part, masked)).toBeLessThan(8);
  });

  it('is masked where it is cut off at the end', () => {
    for (let length = 8; length <= SECRET.length; length += 1) {
      expect(maskSecrets(`got ${SECRET.slice(0, length)}`, [SECRET])).toBe('got ***');
    }
  });

  it('is masked beside others, each once', () => {
    const others = ['another-secret-1', 'short-one'];
    expect(maskSecrets(`a another-secret-1 b short-one c ${SECRET} d`, [SECRET, ...others])).toBe(
      'a *** b *** c *** d',
    );
    expect(maskSecrets('aaaaaaaaaaaaaaaaaaaaaaaa b', ['aaaaaaaaaaaaaaaa'])).toBe('*** b');
  });

  it.each([
    'a text with 100 % of nothing, C:\\temp\\new and &copy; &#0; &#9999999; %zz \\u12',
    '😀 {"a":"\\ud83d\\ude00"}',
    '',
  ])('is the only thing that goes: %j', (text) => {
    expect(maskSecrets(text, [SECRET, 'blue'])).toBe(text);
  });
});

describe('what a webhook holds in confidence', () => {
  const secret = {
    url: 'https://chat.example/hooks/canary-of-the-url?sig=canary%2Bof-the-query',
    current: 'canary-of-the-token',
    previous: 'canary-of-before',
    headers: {
      Authorization: `Basic ${Buffer.from('ana:canary-of-the-pair').toString('base64')}`,
      Cookie: 'session=canary-of-cookies; team=blue',
    },
  };

  it.each([
    'canary-of-the-url',
    'canary+of-the-query',
    'canary-of-the-token',
    'canary-of-before',
    'canary-of-the-pair',
    'ana:canary-of-the-pair',
    'canary-of-cookies',
    secret.headers.Authorization,
    secret.headers.Authorization.slice('Basic '.length),
  ])('is masked in every coding: %s', (text) => {
    for (const encode of Object.values(CODINGS)) {
      const echo = encode(text);
      expect(longestCommon(echo, withoutSecrets(`<p>${echo}</p>`, secret))).toBeLessThan(12);
    }
  });
});
