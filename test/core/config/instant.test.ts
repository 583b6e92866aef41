import { expect, test } from 'vitest';
import { instantMs } from '../../../functions/core/config/instant.ts';

test.each([
  ['2026-03-01', '2026-03-01T00:00:00.000Z'],
  ['2026-03-01T18:00Z', '2026-03-01T18:00:00.000Z'],
  ['2026-03-01T18:00:30Z', '2026-03-01T18:00:30.000Z'],
  ['2026-03-01T18:00:00.250Z', '2026-03-01T18:00:00.250Z'],
  ['2026-03-01T18:00+05:30', '2026-03-01T12:30:00.000Z'],
  ['2026-03-01T18:00-0800', '2026-03-02T02:00:00.000Z'],
  ['2028-02-29', '2028-02-29T00:00:00.000Z'],
])('%s is %s', (text, expected) => {
  expect(new Date(instantMs(text) ?? Number.NaN).toISOString()).toBe(expected);
});

test.each([
  ['without a zone', '2026-03-01T18:00:00'],
  ['a day that there is not', '2026-02-31'],
  ['a day that there is not, with a time', '2026-02-29T18:00:00Z'],
  ['no month', '2026-13-01'],
  ['no hour', '2026-03-01T25:00:00Z'],
  ['words', 'tomorrow'],
  ['a day in words', '1 Mar 2026'],
  ['a year', '2026'],
  ['a number', '1772388000'],
  ['a time', '18:00'],
  ['nothing', ''],
  ['spaces around it', ' 2026-03-01 '],
])('%s is none', (_, text) => {
  expect(instantMs(text)).toBeUndefined();
});
