import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { statusFromWord } from '../../../functions/core/ingest/status-words.ts';

const WORDS = {
  resolved: [
    'ok',
    'closed',
    'resolved',
    'recovered',
    'inactive',
    'normal',
    'passed',
    'solved',
    'cleared',
    'fixed',
  ],
  firing: [
    'firing',
    'open',
    'active',
    'triggered',
    'alerting',
    'ALARM',
    'failed',
    'NON_COMPLIANT',
    'Re-Triggered',
    'new',
    'problem',
  ],
  dismissed: [
    'dismissed',
    'muted',
    'ignored',
    'suppressed',
    "Won't fix",
    'wont_fix',
    'false_positive',
    'autoDismissed',
    'FALSE-POSITIVE',
  ],
} as const;

describe.each(Object.entries(WORDS))('%s', (status, words) => {
  it.each(words.flatMap((word) => [word, word.toUpperCase(), ` ${word} `]))('is what %j means', (word) => {
    expect(statusFromWord(word)).toBe(status);
  });
});

it.each(['', 'complete', 'half-done', 'constructor', 200, null, undefined, {}])(
  '%j means nothing',
  (word) => {
    expect(statusFromWord(word)).toBeUndefined();
  },
);

it.each([
  ['Warning -> OK', 'resolved'],
  ['OK => Critical', 'firing'],
  ['Closed - False Positive', 'dismissed'],
  ['Closed (Resolved)', 'resolved'],
  ['resolved by alice', 'resolved'],
  ['RESOLVED_AUTOMATICALLY', undefined],
  ['automatically resolved', 'resolved'],
  ['Dismissed as false positive', 'dismissed'],
  ['open/closed', undefined],
  ['closed - awaiting review', undefined],
  ['not closed', undefined],
])('%j, of several words, means %s', (word, status) => {
  expect(statusFromWord(word)).toBe(status);
});

it('two words for a status are that status, however they are joined, and one put aside outweighs an end', () => {
  const any = <T extends string>(values: readonly T[]) => fc.constantFrom(...values);
  const joined = any([' - ', ': ', ' / ', ' | ', ', ', '; ', ' (']);
  fc.assert(
    fc.property(any(WORDS.resolved), any(WORDS.resolved), any(WORDS.dismissed), joined, (a, b, aside, by) => {
      expect(statusFromWord(`${a}${by}${b}`)).toBe('resolved');
      expect(statusFromWord(`${a}${by}${aside}`)).toBe('dismissed');
      expect(statusFromWord(`${aside} -> ${a}`)).toBe('resolved');
    }),
  );
});
