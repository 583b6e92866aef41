import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromWire, toWire } from '../../../functions/adapters/dynamodb/operations.ts';
import { fromItem, toItem } from '../../../functions/adapters/dynamodb/values.ts';
import { anyCharacter } from '../../any-character.ts';

test('what can be stored comes back as it was', () => {
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 4 },
      fc.string({ unit: anyCharacter }),
      fc.double({ noNaN: true, noDefaultInfinity: true, min: -(2 ** 53) + 1, max: 2 ** 53 - 1 }),
      fc.boolean(),
      fc.constant(null),
      fc.uint8Array(),
      fc.array(tie('any')),
      fc.dictionary(fc.string(), tie('any')),
    ),
  })).any;
  fc.assert(
    fc.property(fc.dictionary(fc.string(), value), (item) => {
      const wire = JSON.parse(JSON.stringify(toItem(item))) as ReturnType<typeof toItem>;
      // DynamoDB has one zero, and so has JSON.
      expect(JSON.stringify(fromItem(wire))).toBe(JSON.stringify(item));
    }),
  );
});

test('what is undefined is left out, at every depth', () => {
  expect(toItem({ a: undefined, b: [undefined, 1], c: { d: undefined } })).toEqual({
    b: { L: [{ N: '1' }] },
    c: { M: {} },
  });
});

test('a field named __proto__ is a field', () => {
  const item = JSON.parse('{"a":{"__proto__":{"isAdmin":true}}}') as Record<string, unknown>;
  const back = fromItem(toItem(item));
  expect(JSON.stringify(back)).toBe(JSON.stringify(item));
  expect((back['a'] as { isAdmin?: boolean }).isAdmin).toBeUndefined();
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, -(2 ** 60), 1e300])(
  'the number %s would not come back as it went, and is refused',
  (number) => {
    expect(() => toItem({ number })).toThrow('cannot be stored as it is');
  },
);

test.each([
  ['a date', new Date()],
  ['a map', new Map()],
  ['a function', () => {}],
  ['a symbol', Symbol('s')],
])('%s is refused', (_, value) => {
  expect(() => toItem({ value })).toThrow('cannot be stored');
});

test('a whole number beyond 2^53 is a bigint, and goes back as it came', () => {
  const item = fromItem({ id: { N: '9007199254740993' }, near: { N: '9007199254740991' } });
  expect(item).toEqual({ id: 9_007_199_254_740_993n, near: 9_007_199_254_740_991 });
  expect(toItem(item)).toEqual({ id: { N: '9007199254740993' }, near: { N: '9007199254740991' } });
});

test('a type that nothing of ours writes is an error that names it', () => {
  expect(() => fromItem({ tags: { SS: ['a'] } as never })).toThrow('a value of type SS');
});

test('what a batch leaves over can be sent again as it is', () => {
  const RequestItems = {
    T: [{ PutRequest: { Item: { pk: 'A', n: 1 } } }, { DeleteRequest: { Key: { pk: 'B' } } }],
  };
  const wire = JSON.parse(toWire({ RequestItems })) as { RequestItems: unknown };
  expect(fromWire({ UnprocessedItems: wire.RequestItems })).toEqual({ UnprocessedItems: RequestItems });
  const keys = { T: { Keys: [{ pk: 'A' }], ConsistentRead: true } };
  const asked = JSON.parse(toWire({ RequestItems: keys })) as { RequestItems: unknown };
  expect(fromWire({ UnprocessedKeys: asked.RequestItems })).toEqual({ UnprocessedKeys: keys });
});
