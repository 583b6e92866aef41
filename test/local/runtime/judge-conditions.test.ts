import { describe, expect, test } from 'vitest';
import { meets, readConditions } from '../../../local/runtime/judge-conditions.ts';

const FROM = 'ses:FromAddress';
const TO = 'ses:Recipients';
const request = { [FROM]: ['alerts@example.com'], [TO]: ['a@example.com', 'b@example.org'] };

describe('conditions are met as IAM describes', () => {
  test.each([
    ['no condition', undefined, true],
    ['the same text', { StringEquals: { [FROM]: 'alerts@example.com' } }, true],
    ['one of several texts', { StringEquals: { [FROM]: ['x', 'alerts@example.com'] } }, true],
    ['another text', { StringEquals: { [FROM]: 'other@example.com' } }, false],
    ['another case', { StringEquals: { [FROM]: 'Alerts@example.com' } }, false],
    ['a case that does not count', { StringEqualsIgnoreCase: { [FROM]: 'Alerts@Example.com' } }, true],
    ['a key in another case', { StringEquals: { 'SES:fromaddress': 'alerts@example.com' } }, true],
    ['a pattern', { StringLike: { [FROM]: '*@example.com' } }, true],
    ['a pattern under StringEquals', { StringEquals: { [FROM]: '*@example.com' } }, false],
    ['a negation', { StringNotEquals: { [FROM]: 'alerts@example.com' } }, false],
    ['a negation of both values', { StringNotLike: { [FROM]: ['x*', 'a*'] } }, false],
    ['a negation of neither', { StringNotLike: { [FROM]: ['x*', 'y*'] } }, true],
    ['all values', { 'ForAllValues:StringLike': { [TO]: '*@example.*' } }, true],
    ['not all values', { 'ForAllValues:StringLike': { [TO]: '*@example.com' } }, false],
    ['any value', { 'ForAnyValue:StringLike': { [TO]: '*@example.org' } }, true],
    [
      'two operators, of which one fails',
      { StringLike: { [FROM]: '*' }, 'ForAnyValue:StringEquals': { [TO]: 'z' } },
      false,
    ],
  ])('%s', (_, block, expected) => {
    expect(meets(readConditions(block, 'role'), request)).toBe(expected);
  });

  test.each([
    ['a positive operator', { StringEquals: { [FROM]: 'x' } }, false],
    ['a negated operator', { StringNotEquals: { [FROM]: 'x' } }, true],
    ['IfExists', { StringEqualsIfExists: { [FROM]: 'x' } }, true],
    ['ForAllValues', { 'ForAllValues:StringEquals': { [FROM]: 'x' } }, true],
    ['ForAnyValue', { 'ForAnyValue:StringEquals': { [FROM]: 'x' } }, false],
  ])('without the key in the request: %s', (_, block, expected) => {
    expect(meets(readConditions(block, 'role'), {})).toBe(expected);
  });
});

test.each([
  [
    { NumericLessThan: { [FROM]: '1' } },
    'role: the local run does not judge the condition operator NumericLessThan',
  ],
  [
    { StringEquals: { 'aws:PrincipalTag/x': '1' } },
    'role: the local run does not judge the condition key aws:PrincipalTag/x',
  ],
  [{ StringEquals: 'x' }, 'role: the condition StringEquals is not an object'],
  ['x', 'role: a Condition is not an object'],
])('%j is not judged, and said so', (block, message) => {
  expect(() => readConditions(block, 'role')).toThrow(message);
});
