import { array, assert, integer, property } from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { slicesOf } from '../../../functions/core/route/slices.ts';
import { aRoutedAlert } from '../../adapters/records.ts';

function owedTo(count: number, id = 'alert-1', title = 'x') {
  const deliveries = Array.from({ length: count }, (_, index) => ({
    id: `${id}-${index}`,
    destination_id: 'dst_1',
    channel: 'webhook' as const,
  }));
  return aRoutedAlert({ id, title }, { deliveries });
}

const sizes = (slices: ReturnType<typeof slicesOf>) => slices.map((slice) => slice.length);

describe('a slice ends', () => {
  it.each([
    ['after a hundred alerts', Array.from({ length: 201 }, () => owedTo(1)), [100, 100, 1]],
    ['before the 501st delivery', [owedTo(300), owedTo(200), owedTo(1)], [2, 1]],
    [
      'before 16 MiB of deliveries',
      [owedTo(40, 'a', 'x'.repeat(300_000)), owedTo(40, 'b', 'x'.repeat(300_000))],
      [1, 1],
    ],
  ])('%s', (_, alerts, expected) => {
    expect(sizes(slicesOf(alerts))).toEqual(expected);
  });
});

it('an alert that is owed to more than all of a slice is one by itself', () => {
  expect(sizes(slicesOf([owedTo(1), owedTo(900), owedTo(1)]))).toEqual([1, 1, 1]);
});

test('every alert is in exactly one slice, in the order it came, and none is empty', () => {
  assert(
    property(array(integer({ min: 0, max: 700 }), { maxLength: 30 }), (counts) => {
      const alerts = counts.map((count, index) => owedTo(count, `alert-${index}`));
      const slices = slicesOf(alerts);
      expect(slices.flat()).toEqual(alerts);
      expect(slices.every((slice) => slice.length > 0)).toBe(true);
    }),
    { numRuns: 20 },
  );
});
