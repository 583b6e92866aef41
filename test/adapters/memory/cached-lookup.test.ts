import { expect, test } from 'vitest';
import { cachedLookup } from '../../../functions/adapters/memory/cached-lookup.ts';

test('what is remembered for seconds is so too when the clock jumps back by two hours', async () => {
  const clock = { at: 10_000_000, now: () => clock.at };
  let loads = 0;
  const find = cachedLookup({ load: async () => (loads += 1), clock, ttlMs: 5_000, absentTtlMs: 1_000 });
  expect([await find('a'), await find('a')]).toEqual([1, 1]);
  clock.at -= 7_200_000;
  expect([await find('a'), await find('a')]).toEqual([2, 2]);
  clock.at += 5_000;
  expect(await find('a')).toBe(3);
});
