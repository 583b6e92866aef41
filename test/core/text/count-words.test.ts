import { expect, it } from 'vitest';
import { countedAlerts, shownCount } from '../../../functions/core/text/count-words.ts';

it.each([
  [0, '0 alerts'],
  [1, '1 alert'],
  [999, '999 alerts'],
  [1_000, '1,000 alerts'],
  [12_345_678, '12,345,678 alerts'],
])('%d alerts are counted as %s', (count, expected) => {
  expect(countedAlerts(count)).toBe(expected);
  expect(expected.startsWith(shownCount(count))).toBe(true);
});
