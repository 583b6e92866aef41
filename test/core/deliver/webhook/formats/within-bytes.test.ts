import { describe, expect, test } from 'vitest';
import { withinBytes } from '../../../../../functions/core/deliver/webhook/formats/within-bytes.ts';

const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

describe('a document within a limit', () => {
  test('is itself where it fits', () => {
    const document = { title: 'x', deep: [{ list: [1, 2, 3] }] };
    expect(withinBytes(document, bytesOf(document))).toBe(document);
  });

  test('loses as little as it takes, and says what', () => {
    const document = { title: 'kept', text: 'a'.repeat(30_000), list: Array.from({ length: 900 }, () => 1) };
    const fitted = withinBytes(document, 25_000) as typeof document;
    expect(fitted.title).toBe('kept');
    expect(fitted.text).toMatch(/^a{19000,}.*characters/u);
    expect(fitted.list).toHaveLength(501);
    expect(fitted.list.at(-1)).toBe('(400 more)');
  });

  test('keeps every field of its own, and an outline of what is nested without end', () => {
    let deep: unknown = 'x'.repeat(2_000);
    for (let level = 0; level < 60; level += 1) deep = { one: deep, two: [deep === null] };
    const fitted = withinBytes({ title: 't', details: deep, last: 'l' }, 1_500);
    expect(Object.keys(fitted)).toEqual(['title', 'details', 'last']);
    expect(JSON.stringify(fitted)).toContain('left out: nested too deep');
  });

  const wide = (width: number, one: unknown) => Array.from({ length: width }, () => one);
  const named = (width: number, one: unknown) =>
    Object.fromEntries(Array.from({ length: width }, (_, index) => [`${'\u0001'.repeat(300)}${index}`, one]));
  // Each of these characters takes six bytes in JSON.
  const long = '\ud800'.repeat(3_000);

  test.each<[string, object]>([
    ['lists in lists', { list: wide(20, wide(20, wide(10, wide(5, long.slice(0, 30))))) }],
    ['objects in objects', named(60, named(10, named(10, 'x'.repeat(20))))],
    ['long texts', named(60, wide(10, long))],
    ['nothing but names', named(5_000, null)],
  ])('always fits into 250,000 bytes: %s', (_, document) => {
    expect(bytesOf(document)).toBeGreaterThan(250_000);
    expect(bytesOf(withinBytes(document, 250_000))).toBeLessThanOrEqual(250_000);
  });
});
