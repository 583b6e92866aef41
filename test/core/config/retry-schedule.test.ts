import { describe, expect, it } from 'vitest';
import {
  describeRetry,
  parseRetrySchedule,
  writeRetry,
} from '../../../functions/core/config/retry-schedule.ts';

const delays = (text: string) => {
  const parsed = parseRetrySchedule(text);
  return typeof parsed === 'string' ? parsed : parsed.delaysSeconds;
};

describe('a retry schedule', () => {
  it.each<[string, unknown]>([
    ['none', []],
    ['30s, 2m,1h', [30, 120, 3_600]],
    ['24h', [86_400]],
    ['25h', '"25h" is not between 1s and 24h'],
    ['0s', expect.stringContaining('"0s"')],
    ['30s,,2m', expect.stringContaining('"" is no duration')],
    ['soon', expect.stringContaining('expected standard, none, persistent or a list such as 30s,2m')],
    ['toString', expect.stringContaining('"toString" is no duration')],
    [Array.from({ length: 21 }, () => '1s').join(), '21 steps; expected at most 20'],
  ])('%j is %j', (text, schedule) => {
    expect(delays(text)).toEqual(schedule);
  });

  it.each(['none', 'standard', 'persistent', '30s,2m'])('%s is written as it is read', (text) => {
    const read = delays(text);
    expect(delays(writeRetry(read as number[]))).toEqual(read);
  });

  it('is said in a few words', () => {
    expect(describeRetry({ delaysSeconds: [] })).toBe('none: one attempt');
    expect(describeRetry({ delaysSeconds: [30, 7_200] })).toBe('after 30s, 2h');
  });
});
