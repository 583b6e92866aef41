import { expect, test } from 'vitest';
import { isWindowOver, windowEndsAt } from '../../../functions/core/ingest/request-window.ts';

const CLAIMED_MS = Date.parse('2026-01-15T12:00:00.500Z');

test.each([
  [0, false],
  [59_999, false],
  // The last second of the window, to its end.
  [60_499, false],
  [60_500, true],
  [86_400_000, true],
])('%i ms after a claim for 60 s the window is over: %s', (laterMs, isOver) => {
  expect(isWindowOver(windowEndsAt(CLAIMED_MS, 60), CLAIMED_MS + laterMs)).toBe(isOver);
});

test('a window without an end is not over', () => {
  expect(isWindowOver(Number.NaN, CLAIMED_MS)).toBe(false);
});
