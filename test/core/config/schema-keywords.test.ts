import { describe, expect, it } from 'vitest';
import { keywordProblem } from '../../../functions/core/config/schema-keywords.ts';

describe('a schema', () => {
  it.each<[string, unknown, RegExp]>([
    ['a type that does not exist', { type: 'objekt' }, /^#\/type "objekt" is not known/],
    ['a type in a list', { type: ['string', 'text'] }, /^#\/type "text"/],
    ['a type that is a number', { type: 5 }, /^#\/type 5 is not known/],
    ['one name where a list belongs', { required: 'host' }, /^#\/required is "host"; expected a list/],
    ['values that are no list', { enum: 'high' }, /^#\/enum/],
    ['a pattern that is none', { pattern: '(' }, /^#\/pattern "\(" is no regular expression/],
    ['properties that are a list', { properties: ['host'] }, /^#\/properties is .*expected an object/],
    ['a property that is no schema', { properties: { host: 'string' } }, /^#\/properties\/host is "string"/],
    ['a part of anyOf', { anyOf: [true, { type: 'x' }] }, /^#\/anyOf\/1\/type/],
    ['anyOf that is no list', { anyOf: {} }, /^#\/anyOf is/],
    ['the items', { items: { items: { type: 'x' } } }, /^#\/items\/items\/type/],
    ['one of several items', { items: [{ type: 'x' }] }, /^#\/items\/0\/type/],
    ['a definition', { $defs: { a: { required: [1] } } }, /^#\/\$defs\/a\/required/],
  ])('is refused for %s', (_what, schema, message) => {
    expect(keywordProblem(schema)).toMatch(message);
  });

  it('is refused when it has no end', () => {
    const deep = Array.from({ length: 40 }).reduce<object>((not) => ({ not }), {});
    expect(keywordProblem(deep)).toMatch(/nested deeper than 32 schemas/);
  });

  it.each<[string, unknown]>([
    ['everything', {}],
    ['true', true],
    [
      'a usual one',
      {
        type: 'object',
        required: ['host'],
        properties: { host: { type: ['string', 'null'], pattern: '^[a-z]+$' }, type: { enum: ['a'] } },
        additionalProperties: false,
      },
    ],
    [
      'words of others, and data that looks like a schema',
      { 'x-vendor': 1, const: { type: 'x' }, default: { required: 1 } },
    ],
  ])('is taken: %s', (_what, schema) => {
    expect(keywordProblem(schema)).toBeUndefined();
  });
});
