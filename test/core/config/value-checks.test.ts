import { describe, expect, it } from 'vitest';
import {
  all,
  type Check,
  count,
  flag,
  instant,
  list,
  mapOf,
  needs,
  object,
  oneOf,
  optional,
  shortText,
  text,
  variants,
  within,
} from '../../../functions/core/config/value-checks.ts';

const check = (one: Check, value: unknown) => one(value, 'at');

describe('what is wrong with a stored value', () => {
  it.each<[string, Check, unknown[], unknown[]]>([
    ['a text', text, ['a', 'x'.repeat(4_096)], ['', 7, null, undefined, 'x'.repeat(4_097)]],
    ['a short text', shortText, ['a', 'x'.repeat(512)], ['', 7, 'x'.repeat(513)]],
    ['a flag', flag, [true, false], ['true', 0, undefined]],
    ['a count', count, [0, 2], [-1, 1.5, 2 ** 53, 2n ** 60n, Number.NaN, '1', undefined]],
    ['a number within bounds', within({ least: 1, most: 3 }), [1, 3], [0, 4, 1.5, '2', 2n, Number.NaN]],
    [
      'an instant',
      instant,
      ['2026-01-15T15:00:00.000Z', '2026-01-15T16:00+01:00', '2026-01-15T16:00+0100', '2026-01-15'],
      [
        'soon',
        7,
        '2026-02-31',
        undefined,
        '2026-01-15T15:00:00',
        '2026',
        '2026-13-01',
        '+275760-09-13T00:00:00.000Z',
      ],
    ],
    ['an optional text', optional(text), [undefined, 'a'], ['', null]],
    ['a word of a list', oneOf(['a', 'b']), ['a'], ['c', undefined, ['a']]],
    ['a list', list(text), [[], ['a']], ['a', ['a', 7], null]],
    ['a list of at least one', list(text, { isEmptyAllowed: false }), [['a']], [[]]],
    ['a list of one at most', list(text, { most: 1 }), [[], ['a']], [['a', 'b']]],
    ['a map', mapOf(text), [{}, { a: 'b' }], [{ a: 7 }, [], null]],
    ['a map of at least one', mapOf(text, { isEmptyAllowed: false }), [{ a: 'b' }], [{}]],
    ['an object', object({ a: text }), [{ a: 'b', more: 1 }], [{}, [], 'a', null]],
    ['all of it', all(text, oneOf(['a'])), ['a'], ['b', '']],
  ])('is nothing where it is %s', (_what, one, right, wrong) => {
    expect(right.map((value) => check(one, value))).toEqual(right.map(() => undefined));
    expect(wrong.map((value) => typeof check(one, value))).toEqual(wrong.map(() => 'string'));
  });

  it('names the place, and quotes only what a closed list holds', () => {
    const shape = object({ a: list(object({ b: text })), c: optional(oneOf(['x', 'y'])) });
    expect(check(shape, { a: [{ b: 'a' }, { b: 7 }] })).toBe(
      'at.a[1].b is not what it should be; expected a string of at most 4096 characters',
    );
    expect(check(shape, { a: [{}] })).toBe(
      'at.a[0].b is missing; expected a string of at most 4096 characters',
    );
    expect(check(shape, { a: [], c: 'z' })).toBe('at.c is "z"; expected one of x, y');
    expect(shape({ a: 'my-secret' }, '')).toBe('a is not what it should be; expected an array');
  });

  it('has the shape that the value of a field gives', () => {
    const auth = variants('type', { none: {}, hmac: { header: text } });
    expect(check(auth, { type: 'none' })).toBeUndefined();
    expect(check(auth, { type: 'hmac', header: 'x' })).toBeUndefined();
    expect(check(auth, { type: 'hmac' })).toBe(
      'at.header is missing; expected a string of at most 4096 characters',
    );
    expect(check(auth, { type: 'oauth' })).toBe('at.type is "oauth"; expected one of none, hmac');
    expect(check(auth, { type: 'toString' })).toContain('expected one of none, hmac');
  });

  it('is a field that another one needs', () => {
    const mapping = needs('format', 'mapping', 'mapping');
    expect(check(mapping, { format: 'mapping' })).toBe('mapping is missing; format mapping needs it');
    expect(check(mapping, { format: 'mapping', mapping: {} })).toBeUndefined();
    expect(check(mapping, { format: 'generic' })).toBeUndefined();
  });

  it('is the wrong key of a map', () => {
    expect(check(mapOf(text, { key: oneOf(['a']) }), { b: 'c' })).toBe(
      'a key of at is "b"; expected one of a',
    );
  });
});
