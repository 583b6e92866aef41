import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keepNumbers } from '../../../../functions/core/ingest/body/keep-numbers.ts';
import { tryParseJson } from '../../../../functions/core/ingest/body/parse-json.ts';

describe('numbers that JavaScript cannot hold', () => {
  it.each([
    ['9007199254740993', '9007199254740993'],
    ['-9007199254740993', '-9007199254740993'],
    ['9007199254740991', 9_007_199_254_740_991],
    ['1e999', '1e999'],
    ['-1E+999', '-1E+999'],
    ['1e-999', '1e-999'],
    ['0e999', 0],
    ['0.0e-999', 0],
    ['1e15', 1e15],
    ['5e-324', 5e-324],
    ['1.5e300', '1.5e300'],
    ['123456789012345e5', '123456789012345e5'],
    ['1705328581.123456789012345678', 1_705_328_581.123_456_7],
    ['12345678901234567890123456789.5', '12345678901234567890123456789.5'],
  ])('%s becomes %j', (written, kept) => {
    for (const text of [
      `{"n":${written}}`,
      `{ "n" : ${written}\n}`,
      `{"s":"\\"1e999","n":${written},"o":1}`,
    ]) {
      expect(tryParseJson(text)).toMatchObject({ ok: true, value: { n: kept } });
    }
    expect(tryParseJson(`[${written},1,${written}]`)).toEqual({ ok: true, value: [kept, 1, kept] });
    expect(tryParseJson(written)).toEqual({ ok: true, value: kept });
  });

  it.each([
    '{1e999:1}',
    '{ 9007199254740993 : 1 }',
    '[01e999]',
    '[-01e999]',
    '[1e999.5]',
    '[--1e999]',
    '[+1e999]',
    '[1e999e1]',
    '[1e999x]',
    '[x1e999]',
    '[1e999 1e999]',
    '["a" 1e999]',
    '[.1e999]',
    '[1.e999]',
    '"1e999',
  ])('does not make JSON of %s', (text) => {
    expect(tryParseJson(text).ok).toBe(false);
  });

  it('leaves strings and keys alone', () => {
    const text = '{"9007199254740993":"1e999","\\\\":"\\\\\\"9007199254740993","a\\"1e999":1}';
    expect(keepNumbers(text)).toBe(text);
  });

  it('decides as JSON.parse does what is JSON', () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ':',
      ',',
      '"',
      '\\',
      ' ',
      '1',
      '-',
      '0',
      '1e999',
      '9007199254740993',
      'e',
      '.',
      'a',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
        const text = pieces.join('');
        let isJson = true;
        try {
          JSON.parse(text);
        } catch {
          isJson = false;
        }
        expect(tryParseJson(text).ok).toBe(isJson);
      }),
      { numRuns: 5_000 },
    );
  });

  it('gives what JSON.parse gives where nothing is lost', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value, (_key, inner: unknown) =>
          typeof inner === 'number' && Math.abs(inner) > Number.MAX_SAFE_INTEGER ? 0 : inner,
        );
        expect(tryParseJson(text)).toEqual({ ok: true, value: JSON.parse(text) as unknown });
      }),
    );
  });
});
