import { describe, expect, test } from 'vitest';
import { readEventPattern } from '../../../local/emulators/eventbridge/event-pattern.ts';

const fits = (pattern: unknown, event: unknown) => readEventPattern(pattern)(event);

/** What AWS documents of the operators of event patterns: pattern of the field `a`, the value at `a`, whether it fits. */
const CASES: [what: string, pattern: unknown, value: unknown, isFit: boolean][] = [
  ['a value', ['x'], 'x', true],
  ['another value', ['x'], 'y', false],
  ['the case of a value', ['x'], 'X', false],
  ['one of several', ['x', 'y'], 'y', true],
  ['a number', [300], 3.0e2, true],
  ['a number as text', [300], '300', false],
  ['null', [null], null, true],
  ['null and an empty text', [null], '', false],
  ['an empty text', [''], '', true],
  ['true', [true], true, true],
  ['true as text', [true], 'true', false],
  ['a list with the value', ['x'], ['w', 'x'], true],
  ['a list without it', ['x'], ['w'], false],
  ['an object in place of a value', ['x'], { x: 'x' }, false],
  ['prefix', [{ prefix: 'us-' }], 'us-east-1', true],
  ['another prefix', [{ prefix: 'us-' }], 'eu-us-1', false],
  ['a prefix of a number', [{ prefix: '1' }], 12, false],
  ['prefix without case', [{ prefix: { 'equals-ignore-case': 'EventB' } }], 'eventbridge', true],
  ['suffix', [{ suffix: '.png' }], 'a.png', true],
  ['another suffix', [{ suffix: '.png' }], 'a.png.exe', false],
  ['suffix without case', [{ suffix: { 'equals-ignore-case': '.PNG' } }], 'a.png', true],
  ['equals-ignore-case', [{ 'equals-ignore-case': 'alice' }], 'ALICE', true],
  ['equals-ignore-case of another', [{ 'equals-ignore-case': 'alice' }], 'alicent', false],
  ['anything-but', [{ 'anything-but': 'initializing' }], 'running', true],
  ['anything-but itself', [{ 'anything-but': 'initializing' }], 'initializing', false],
  ['anything-but a number', [{ 'anything-but': 123 }], 124, true],
  ['anything-but a list', [{ 'anything-but': ['stopped', 'overloaded'] }], 'overloaded', false],
  ['anything-but numbers', [{ 'anything-but': [100, 200, 255] }], 101, true],
  ['anything-but of what is absent', [{ 'anything-but': 'x' }], undefined, false],
  ['anything-but prefix', [{ 'anything-but': { prefix: 'init' } }], 'stopped', true],
  ['anything-but this prefix', [{ 'anything-but': { prefix: 'init' } }], 'initializing', false],
  ['anything-but prefixes', [{ 'anything-but': { prefix: ['init', 'error'] } }], 'error 7', false],
  ['anything-but suffix', [{ 'anything-but': { suffix: '.png' } }], 'a.jpg', true],
  ['anything-but suffixes', [{ 'anything-but': { suffix: ['.png', '.rb'] } }], 'a.rb', false],
  ['anything-but without case', [{ 'anything-but': { 'equals-ignore-case': ['A', 'b'] } }], 'B', false],
  ['anything-but wildcard', [{ 'anything-but': { wildcard: '*/lib/*' } }], '/usr/lib/x', false],
  ['anything-but another wildcard', [{ 'anything-but': { wildcard: ['*/lib/*', '*.txt'] } }], '/bin/x', true],
  ['numeric =', [{ numeric: ['=', 301.8] }], 301.8, true],
  ['numeric range', [{ numeric: ['>', 0, '<=', 5] }], 5, true],
  ['numeric below its range', [{ numeric: ['>', 0, '<=', 5] }], 0, false],
  ['numeric <', [{ numeric: ['<', 10] }], -2.5, true],
  ['numeric of text', [{ numeric: ['<', 10] }], '5', false],
  ['exists', [{ exists: true }], 'x', true],
  ['exists of null', [{ exists: true }], null, true],
  ['exists of nothing', [{ exists: true }], undefined, false],
  ['exists of an object: leaves only', [{ exists: true }], { b: 1 }, false],
  ['exists false', [{ exists: false }], undefined, true],
  ['exists false of a value', [{ exists: false }], 0, false],
  ['exists false of an empty list', [{ exists: false }], [], true],
  ['a value or nothing', ['x', { exists: false }], undefined, true],
  ['cidr', [{ cidr: '10.0.0.0/24' }], '10.0.0.255', true],
  ['cidr outside', [{ cidr: '10.0.0.0/24' }], '10.0.1.0', false],
  ['cidr of IPv6', [{ cidr: '2001:db8::/32' }], '2001:db8:1::1', true],
  ['cidr of the other family', [{ cidr: '2001:db8::/32' }], '10.0.0.1', false],
  ['cidr of no address', [{ cidr: '10.0.0.0/24' }], 'ten', false],
  ['wildcard', [{ wildcard: 'dir/*.png' }], 'dir/sub/a.png', true],
  ['wildcard for nothing', [{ wildcard: 'a*b' }], 'ab', true],
  ['wildcards that would overlap', [{ wildcard: 'ab*ba' }], 'aba', false],
  ['several wildcards', [{ wildcard: '*Simone*Susan*' }], 'and Simone, Susan', true],
  ['several wildcards in another order', [{ wildcard: '*Simone*Susan*' }], 'Susan, Simone', false],
  ['an escaped star', [{ wildcard: 'a\\*b' }], 'a*b', true],
  ['an escaped star is no wildcard', [{ wildcard: 'a\\*b' }], 'axb', false],
  ['an escaped backslash', [{ wildcard: 'a\\\\*' }], 'a\\b', true],
];

describe('event patterns, as AWS documents them', () => {
  test.each(CASES)('%s: %j of %j is %s', (_what, pattern, value, isFit) => {
    expect(fits({ a: pattern }, value === undefined ? {} : { a: value })).toBe(isFit);
    // One level down it is the same.
    expect(fits({ up: { a: pattern } }, { up: value === undefined ? {} : { a: value } })).toBe(isFit);
  });

  test('every field must fit', () => {
    const pattern = { source: ['aws.ec2'], detail: { state: ['running'] } };
    expect(fits(pattern, { source: 'aws.ec2', detail: { state: 'running' }, more: 1 })).toBe(true);
    expect(fits(pattern, { source: 'aws.ec2', detail: { state: 'stopped' } })).toBe(false);
    expect(fits(pattern, { source: 'aws.ec2' })).toBe(false);
  });

  test('what is asked of one object of a list must hold in that object', () => {
    const pattern = { employees: { name: ['Anna'], city: ['Oslo'] } };
    const anna = { name: 'Anna', city: 'Rome' };
    expect(fits(pattern, { employees: [anna, { name: 'Bo', city: 'Oslo' }] })).toBe(false);
    expect(fits(pattern, { employees: [anna, { name: 'Anna', city: 'Oslo' }] })).toBe(true);
  });

  test('$or fits beside the other fields', () => {
    const pattern = {
      source: ['aws.cloudwatch'],
      $or: [{ detail: { count: [{ numeric: ['>', 10] }] } }, { detail: { state: ['ALARM'] } }],
    };
    expect(fits(pattern, { source: 'aws.cloudwatch', detail: { state: 'ALARM' } })).toBe(true);
    expect(fits(pattern, { source: 'aws.cloudwatch', detail: { count: 11 } })).toBe(true);
    expect(fits(pattern, { source: 'aws.cloudwatch', detail: { count: 10 } })).toBe(false);
    expect(fits(pattern, { source: 'aws.ec2', detail: { count: 11 } })).toBe(false);
  });

  test('a name with a dot is two names, and an address equals its other spellings', () => {
    expect(fits({ detail: { 'state.status': ['on'] } }, { detail: { state: { status: 'on' } } })).toBe(true);
    expect(fits({ ip: ['::1'] }, { ip: '0:0:0:0:0:0:0:1' })).toBe(true);
  });

  test('what must not exist does not exist below what is absent', () => {
    const pattern = { detail: { error: { code: [{ exists: false }] } } };
    expect(fits(pattern, { detail: {} })).toBe(true);
    expect(fits(pattern, { detail: { error: 'text' } })).toBe(true);
    expect(fits(pattern, { detail: { error: { code: 7 } } })).toBe(false);
  });

  test.each<[unknown, string]>([
    ['text', 'Filter is not an object'],
    [{}, 'Empty objects are not allowed'],
    [{ a: [] }, 'Empty arrays are not allowed'],
    [{ a: 'x' }, '"a" must be an object or an array'],
    [{ a: [['x']] }, 'a list within a list'],
    [{ a: [{ regex: 'x' }] }, 'unrecognized match type regex'],
    [{ a: [{ prefix: 1 }] }, 'prefix must be a string'],
    [{ a: [{ prefix: 'a', suffix: 'b' }] }, 'only one comparison'],
    [{ a: [{ exists: 'yes' }] }, 'exists must be true or false'],
    [{ a: [{ numeric: ['>'] }] }, 'numeric must be a list'],
    [{ a: [{ numeric: ['<', 5, '>', 0] }] }, 'bad numeric range'],
    [{ a: [{ numeric: ['=', '1'] }] }, 'value of = must be a number'],
    [{ a: [{ numeric: ['>', 1, '<', 1] }] }, 'bad numeric range'],
    [{ a: [{ 'anything-but': { prefix: '' } }] }, 'an empty prefix is not allowed'],
    [{ a: [{ cidr: '10.0.0.1/32' }] }, 'fewer bits'],
    [{ $or: [{ a: [1] }] }, 'two or more objects in $or'],
    [{ a: [{ cidr: '10.0.0.0' }] }, 'malformed CIDR'],
    [{ a: [{ cidr: '10.0.0.0/33' }] }, 'malformed CIDR'],
    [{ a: [{ wildcard: 'a**b' }] }, 'consecutive wildcard characters'],
    [{ a: [{ wildcard: String.raw`a\b` }] }, 'invalid escape character'],
    [{ a: [{ 'anything-but': [] }] }, 'an empty list is not allowed'],
    [{ a: [{ 'anything-but': ['x', 1] }] }, 'of one kind'],
    [{ a: [{ 'anything-but': { numeric: ['=', 1] } }] }, 'unsupported anything-but pattern'],
  ])('%j is refused', (pattern, reason) => {
    expect(() => readEventPattern(pattern)).toThrow(reason);
  });
});
