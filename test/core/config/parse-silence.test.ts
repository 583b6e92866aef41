import { describe, expect, it } from 'vitest';
import { parseSilence } from '../../../functions/core/config/parse-silence.ts';

const NOW_MS = Date.parse('2026-01-15T15:00:00.000Z');
const parse = (startsAt: string, endsAt: string) =>
  parseSilence(
    {
      matcherSets: ['env=dev'],
      startsAt,
      endsAt,
      comment: 'x',
      author: 'ana',
    },
    NOW_MS,
  );
const problem = (startsAt: string, endsAt: string) => {
  const parsed = parse(startsAt, endsAt);
  return parsed.ok ? undefined : parsed.problems.map(({ path, message }) => `${path} ${message}`).join();
};

describe('the span of a silence', () => {
  it.each([
    ['2026-01-15T15:00:00.000Z', '2026-01-15T16:00:00.000Z'],
    ['2026-01-15T14:00:00.000Z', '2026-01-15T15:00:00.001Z'],
    ['2026-02-01T00:00:00.000Z', '2026-03-03T00:00:00.000Z'],
  ])('from %s to %s is taken', (from, to) => {
    expect(problem(from, to)).toBeUndefined();
  });

  it.each([
    ['2026-01-15T16:00:00.000Z', '2026-01-15T16:00:00.000Z', /^endsAt .* is not after the start/u],
    ['2026-01-15T14:00:00.000Z', '2026-01-15T15:00:00.000Z', /^endsAt .* is over already$/u],
    [
      '2026-02-01T00:00:00.000Z',
      '2026-03-03T00:00:00.001Z',
      /^endsAt .* is more than 30 days after the start$/u,
    ],
  ])('from %s to %s is refused', (from, to, words) => {
    expect(problem(from, to)).toMatch(words);
  });
});
