import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../../functions/core/errors.ts';
import { isDeeperThan, MAX_DEPTH } from '../../../../functions/core/ingest/body/nesting.ts';
import {
  parseEmbeddedObject,
  parseJson,
  tryParseJson,
} from '../../../../functions/core/ingest/body/parse-json.ts';

const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;

describe('JSON', () => {
  it.each<[string, unknown]>([
    ['{"a":1,"a":2}', { a: 2 }],
    ['12345678901234567890', '12345678901234567890'],
    ['{"n":1e999}', { n: '1e999' }],
    [' null ', null],
  ])('%s is %j', (text, value) => {
    expect(tryParseJson(text)).toEqual({ ok: true, value });
  });

  it('has a key `__proto__` like any other', () => {
    expect(Object.keys(Object(parseJson('{"__proto__":{"a":1}}')))).toEqual(['__proto__']);
  });

  it.each([
    ['{"a":1', 'not valid JSON (at character 7)'],
    ['', 'not valid JSON (it ends too early)'],
    ['{"password" "hunter2"}', 'not valid JSON (at character 13)'],
    // What was moved has no place any more.
    ['{"n":12345678901234567890 "hunter2"}', 'not valid JSON'],
  ])('%s is refused, and nothing of it is quoted', (text, problem) => {
    expect(tryParseJson(text)).toMatchObject({ ok: false, problem });
    expect(() => parseJson(text)).toThrow(new GatewayError('invalid-json', `the body is ${problem}`));
  });
});

describe('an object inside of a text', () => {
  it.each<[string, unknown]>([
    ['{"a":1}', { a: 1 }],
    [' {"a":1}', undefined],
    ['[1]', undefined],
    ['{"a":', undefined],
    [`{"a":${nested(MAX_DEPTH - 1)}}`, expect.any(Object)],
    [`{"a":${nested(MAX_DEPTH)}}`, undefined],
    [`{"a":"${'a'.repeat(1_048_576)}"}`, undefined],
  ])('is read where it is one, and no larger or deeper than a record: %.20s', (text, value) => {
    expect(parseEmbeddedObject(text)).toEqual(value);
  });
});

describe('the depth of a value', () => {
  it.each<[unknown, number, boolean]>([
    ['a', 0, false],
    [null, 0, false],
    [[], 0, true],
    [[], 1, false],
    [{ a: [1] }, 1, true],
    [{ a: [1] }, 2, false],
  ])('%j is deeper than %i: %s', (value, levels, isDeeper) => {
    expect(isDeeperThan(value, levels)).toBe(isDeeper);
  });

  it('is looked at no further than asked', () => {
    expect(isDeeperThan(JSON.parse(nested(500_000)), 64)).toBe(true);
  });
});
