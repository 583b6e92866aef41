import { describe, expect, it } from 'vitest';
import { formatDuration, parseDuration } from '../../../functions/core/config/duration.ts';

describe('durations', () => {
  it.each([
    ['30s', 30],
    ['15m', 900],
    ['24h', 86_400],
    ['7d', 604_800],
    ['1h30m', 5_400],
    ['0s', 0],
  ])('reads %s as %i seconds', (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds);
  });

  it.each(['', '30', 's', '-5m', '1.5h', '5 m', '1h1h', '5M', '1w', '٣s', '9999999999s', '1h\n'])(
    'refuses %j',
    (text) => {
      expect(parseDuration(text)).toBeUndefined();
    },
  );

  it.each([
    [0, '0s'],
    [59, '59s'],
    [5_400, '1h30m'],
    [86_400, '1d'],
    [90_061, '1d1h'],
  ])('writes %i seconds as %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });
});
