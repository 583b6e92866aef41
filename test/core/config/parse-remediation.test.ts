import { describe, expect, test } from 'vitest';
import { parseRemediation } from '../../../functions/core/config/parse-remediation.ts';

const problemsOf = (input: unknown) => {
  const parsed = parseRemediation(input);
  return parsed.ok ? [] : parsed.problems.map(({ path, message }) => `${path}: ${message}`);
};

test('takes a type, steps in order and a page', () => {
  const entry = { type: 'okta.user*', steps: ['Lock the account', 'Ask its owner'] };
  expect(parseRemediation(entry)).toEqual({ ok: true, value: entry });
  expect(parseRemediation({ ...entry, url: 'https://wiki.example.com/okta' })).toEqual({
    ok: true,
    value: { ...entry, url: 'https://wiki.example.com/okta' },
  });
  expect(parseRemediation({ type: '*', steps: [' Call the desk '] })).toMatchObject({
    value: { type: '*', steps: ['Call the desk'] },
  });
});

describe('refuses', () => {
  test.each([
    [undefined, /type: missing; expected letters/],
    ['', /type: "" is no type/],
    ['a*b', /type: "a\*b" is no type; .* one \* at the end/],
    ['**', /is no type/],
    ['two words', /is no type/],
    ['a\nb', /is no type/],
    ['x'.repeat(130), /is no type/],
    [7, /type: "7" is no type/],
  ])('the type %j', (type, message) => {
    expect(problemsOf({ type, steps: ['x'] })).toEqual([expect.stringMatching(message)]);
  });

  test.each([
    [undefined, /steps: missing/],
    [[], /steps: missing/],
    ['x', /steps: missing/],
    [[''], /steps\[0\]: empty/],
    [['ok', 7], /steps\[1\]: empty/],
    [['a\r\nBcc: x@y.example'], /steps\[0\]: .* line break or a control character/],
    [['a\u0000b'], /control character/],
    [['a\u2028b'], /line break/],
    [['x'.repeat(601)], /steps\[0\]: 601 characters; expected at most 600/],
    [Array.from({ length: 21 }, () => 'x'), /steps: 21 steps; expected at most 20/],
  ])('the steps %j', (steps, message) => {
    expect(problemsOf({ type: 'a', steps })).toEqual([expect.stringMatching(message)]);
  });

  test.each([
    'http://wiki.example.com',
    'javascript:alert(1)',
    'https://user:secret@wiki.example.com',
    'wiki.example.com',
    `https://wiki.example.com/${'x'.repeat(500)}`,
    '',
    7,
  ])('the page %j', (url) => {
    expect(problemsOf({ type: 'a', steps: ['x'], url })).toEqual([
      expect.stringMatching(/^url: .* is no address of a page; expected https/),
    ]);
  });

  test('all of it at once, and fields that nobody knows', () => {
    expect(problemsOf({ type: '', steps: [], url: 'x', owner: 'me' })).toHaveLength(4);
  });
});
