import { createRequire } from 'node:module';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { isPlainValue, withoutPlainMembers } from '../../../local/emulators/dynamodb/plain-values.ts';
import '../../generated-cases.ts';

type Json = Record<string, unknown>;
type Types = Record<string, unknown>;
type Custom = (data: Json, store: object) => string | undefined;

const load = createRequire(import.meta.url);
const { checkTypes, validateAttributeValue } = load('dynalite/validations') as {
  checkTypes(this: void, data: Json, types: Types): Json;
  validateAttributeValue(this: void, value: unknown): string | undefined;
};
const ofAction = (file: string) => load(`dynalite/validations/${file}`) as { types: Types; custom: Custom };
const STORE = { options: { maxItemSize: 409_600 } };

/** Values as they may be sent, of which dynalite refuses many and changes some. */
const number = fc.oneof(
  fc.integer().map(String),
  fc.double().map(String),
  fc.constantFrom('', '0', '-0', '00', '1.0', '1e3', '+1', ' 1', '1'.repeat(40), 'NaN'),
);
const anyOf = (tie: fc.LetrecTypedTie<{ value: unknown }>) =>
  fc.oneof(
    fc.record({ S: fc.oneof(fc.string(), fc.constant(7)) }),
    fc.record({ N: fc.oneof(number, fc.constant(7)) }),
    fc.record({ BOOL: fc.oneof(fc.boolean(), fc.constantFrom('true', 1, null)) }),
    fc.record({ NULL: fc.boolean() }),
    fc.record({ B: fc.oneof(fc.base64String(), fc.constantFrom('', 'a', 'ab==', 'a b=', 'YQ==', '\n')) }),
    fc.record({ SS: fc.array(fc.constantFrom('a', 'b'), { maxLength: 3 }) }),
    fc.record({ L: fc.array(tie('value'), { maxLength: 3 }) }),
    fc.record({ M: fc.dictionary(fc.string({ maxLength: 3 }), tie('value'), { maxKeys: 3 }) }),
    fc.record({ S: fc.string(), N: number }),
    fc.record({ X: fc.string() }),
    fc.constantFrom<unknown>(null, 'text', 7, [], {}, { L: {} }, { M: [] }, { M: null }),
  );
const { value: anyValue } = fc.letrec<{ value: unknown }>((tie) => ({ value: anyOf(tie) }));

const outcomeOf = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return (error as Error).message;
  }
};

test('what dynalite does not have to look at is what it lets pass unchanged', () => {
  fc.assert(
    fc.property(anyValue, (value) => {
      fc.pre(isPlainValue(value));
      const before = structuredClone(value);
      const { types } = ofAction('putItem');
      expect(checkTypes({ Item: { a: structuredClone(value) } }, types)).toEqual({ Item: { a: before } });
      expect(validateAttributeValue(value)).toBeUndefined();
      expect(value).toEqual(before);
    }),
  );
});

const REQUESTS: [file: string, request: (value: unknown, other: unknown) => Json][] = [
  [
    'putItem',
    (value, other) => ({ TableName: 'things', Item: { a: value, b: other }, Unknown: { a: value } }),
  ],
  ['getItem', (value, other) => ({ TableName: 'things', Key: { a: value }, Item: { b: other } })],
  [
    'updateItem',
    (value, other) => ({
      TableName: 'things',
      Key: { a: value },
      UpdateExpression: 'set a = :x',
      ExpressionAttributeValues: { ':x': other },
    }),
  ],
  [
    'batchWriteItem',
    (value, other) => ({
      RequestItems: {
        things: [{ PutRequest: { Item: { a: value } } }, { DeleteRequest: { Key: { a: other } } }],
        others: [{ PutRequest: { Item: { a: other }, Key: { a: value } } }, {}].slice(
          0,
          value === null ? 2 : 1,
        ),
      },
    }),
  ],
];

test.each(REQUESTS)(
  '%s: a request reads the same with its plain members left out of the checks',
  (file, request) => {
    const { types, custom } = ofAction(file);
    fc.assert(
      fc.property(anyValue, anyValue, (value, other) => {
        const copy = (): Json => structuredClone(request(value, other));
        const checked = (data: Json): unknown => [data, outcomeOf(() => custom(data, STORE)), data];
        const whole = outcomeOf(() => checked(checkTypes(copy(), types)));
        const inParts = outcomeOf(() => {
          const { plain, rest } = withoutPlainMembers(copy(), types);
          return checked({ ...checkTypes(rest, types), ...plain });
        });
        expect(inParts).toEqual(whole);
      }),
    );
  },
);

test('what the gateway stores is plain', () => {
  const item = {
    pk: { S: 'SHEET#1' },
    a0: { B: Buffer.from('compressed').toString('base64') },
    alert_indexes: { L: [{ N: '0' }, { N: '12' }] },
    attempts: { L: [{ M: { number: { N: '1' }, phases_ms: { M: { dns: { N: '3' } } } } }] },
    is_confirmed: { BOOL: false },
    expires_at: { N: '1797360556' },
  };
  const { types } = ofAction('batchWriteItem');
  const RequestItems = {
    things: [{ PutRequest: { Item: item } }, { DeleteRequest: { Key: { pk: { S: 'a' } } } }],
  };
  expect(withoutPlainMembers({ RequestItems }, types)).toEqual({ plain: { RequestItems }, rest: {} });
});
