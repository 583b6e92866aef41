import { describe, expect, it } from 'vitest';
import {
  describeRepeat,
  describeResolved,
  readRepeat,
  writeRepeat,
} from '../../../functions/core/config/parse-repeat.ts';
import type { Problem } from '../../../functions/core/config/problem.ts';
import { aMailingList, aWebhook } from '../../adapters/records.ts';

function read(value: unknown) {
  const problems: Problem[] = [];
  return readRepeat(value, problems) ?? problems[0]?.message;
}

describe('how often the same is told', () => {
  it.each<[unknown, unknown]>([
    ['every', 'every'],
    ['change', 'change'],
    ['4h', { afterSeconds: 14_400 }],
    ['1m', { afterSeconds: 60 }],
    ['30d', { afterSeconds: 2_592_000 }],
    [undefined, undefined],
    ['59s', expect.stringContaining('"59s" is not between 1m and 30d')],
    ['31d', expect.stringContaining('is not between 1m and 30d')],
    ['often', expect.stringContaining('"often" is not known; expected every, change or a duration')],
    [4, expect.stringContaining('"4" is not known')],
  ])('%j is read as %j', (value, repeat) => {
    expect(read(value)).toEqual(repeat);
  });

  it.each(['every', 'change', '4h', '30d'])('%s is written as it is read', (text) => {
    const repeat = readRepeat(text, []);
    expect(repeat === undefined ? undefined : writeRepeat(repeat)).toBe(text);
  });

  it('is said in words, and what was not chosen is said to be the default', () => {
    expect(describeRepeat(aWebhook({ repeat: 'every' }))).toBe('every alert is told');
    expect(describeRepeat(aMailingList())).toMatch(/ \(the default\)$/u);
    expect(describeRepeat(aWebhook({ repeat: { afterSeconds: 14_400 } }))).toContain('after 4h');
  });

  it.each([
    ['if-told', 'told where the alert was told before'],
    ['always', 'told in any case'],
    ['never', 'never told'],
  ] as const)('an end that is told %s is %s', (resolved, words) => {
    expect(describeResolved(aWebhook({ resolved }))).toBe(words);
  });
});
