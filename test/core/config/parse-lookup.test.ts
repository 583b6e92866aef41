import { describe, expect, it } from 'vitest';
import { entryProblems, labelProblem } from '../../../functions/core/config/parse-lookup.ts';

const problems = (entries: Record<string, Record<string, string>>) =>
  entryProblems(entries).map(({ path, message }) => `${path}: ${message}`);
const many = <T>(count: number, of: T): Record<string, T> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`l${String(index)}`, of]));

describe('the entries of a table', () => {
  it('are values with their labels', () => {
    expect(problems({ '111122223333': { owner: 'cleo@example.com', 'team/area': 'web' } })).toEqual([]);
  });

  it.each<[string, Record<string, Record<string, string>>, RegExp]>([
    ['no label', { web: {} }, /^web: no label; expected for example owner=payments$/u],
    ['an empty label', { web: { owner: '' } }, /^web: owner is empty$/u],
    ['an empty value', { '': { owner: 'a' } }, /^: the value is empty$/u],
    ['a line break', { web: { owner: 'a\nb' } }, /line break/u],
    ['half a character', { web: { owner: 'a\ud83d' } }, /control character/u],
    [
      'a text of 257 characters',
      { web: { owner: 'a'.repeat(257) } },
      /257 characters; expected at most 256/u,
    ],
    ['a label that no matcher could name', { web: { '1st': 'a' } }, /"1st" is no name of a label/u],
    ['eleven labels', { web: many(11, 'a') }, /^web: more than 10 labels$/u],
  ])('with %s are refused', (_what, entries, problem) => {
    expect(problems(entries)[0]).toMatch(problem);
  });

  it('are bounded in number and in size, since each version of the configuration is read with them', () => {
    const owner = { owner: 'a' };
    expect(problems(many(5_000, owner))).toEqual([]);
    expect(problems(many(5_001, owner))).toEqual([': 5001 values; expected at most 5000']);
    expect(problems(many(1_000, { owner: 'a'.repeat(250) }))[0]).toMatch(
      /characters in all; expected at most 250000$/u,
    );
  });
});

describe('the name of a label', () => {
  it.each(['owner', '_a', 'team/area', '\u00e4rea', 'a'.repeat(64)])('%s', (name) => {
    expect(labelProblem(name)).toBeUndefined();
  });

  it.each(['', '1st', 'a b', 'a=b', '__proto__', 'a'.repeat(65)])('%j is none', (name) => {
    expect(labelProblem(name)).toContain('is no name of a label');
  });
});
