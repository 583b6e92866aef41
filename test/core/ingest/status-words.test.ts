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
