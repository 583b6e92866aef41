import { expect, it } from 'vitest';
import { instantOf } from '../../../console/web/act/chosen-times.ts';

it.each([
  [{ day: '2026-03-01', time: '18:00' }, new Date(2026, 2, 1, 18).toISOString()],
  [{ day: '2026-03-01', time: '' }, new Date(2026, 2, 1).toISOString()],
  [{ day: '', time: '18:00' }, undefined],
  [{ day: '2026-13-01', time: '18:00' }, undefined],
])('the time that was chosen by the clock of the reader is an instant: %j', (chosen, instant) => {
  expect(instantOf(chosen)).toBe(instant);
});
