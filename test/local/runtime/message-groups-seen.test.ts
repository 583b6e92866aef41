import { describe, expect, test } from 'vitest';
import { createMessageGroupsSeen } from '../../../local/runtime/message-groups-seen.ts';

const of = (...groups: string[]) => groups.map((group_id) => ({ group_id }));

/** Notes batches, each from a queue at a time, and tells whether several groups were there. */
function seen(...batches: [atMs: number, queue: string, ...groups: string[]][]) {
  let nowMs = 0;
  const groups = createMessageGroupsSeen(() => nowMs);
  for (const [atMs, queue, ...names] of batches) {
    nowMs = atMs;
    groups.note(queue, of(...names));
  }
  return {
    areSeveralAt: (atMs: number): boolean => {
      nowMs = atMs;
      return groups.areSeveral();
    },
  };
}

describe('there are several groups', () => {
  test.each<[string, Parameters<typeof seen>, boolean]>([
    ['no batch', [], false],
    [
      'one group, batch after batch',
      [
        [0, 'q', 'a', 'a'],
        [10, 'q', 'a'],
      ],
      false,
    ],
    [
      'one group in each of two queues',
      [
        [0, 'q', 'a'],
        [10, 'r', 'a:b'],
        [20, 'q', 'a'],
        [30, 'r', 'a:b'],
      ],
      false,
    ],
    ['two groups in one batch', [[0, 'q', 'a', 'b']], true],
    [
      'two groups in two batches',
      [
        [0, 'q', 'a'],
        [10, 'q', 'b'],
      ],
      true,
    ],
    [
      'another queue has two',
      [
        [0, 'q', 'a'],
        [5, 'r', 'c'],
        [10, 'r', 'd'],
        [20, 'q', 'a'],
      ],
      true,
    ],
    [
      'a message without a group beside one with one',
      [
        [0, 'q', ''],
        [10, 'q', 'a'],
      ],
      true,
    ],
  ])('after %s: %#', (_, batches, expected) => {
    expect(seen(...batches).areSeveralAt(100)).toBe(expected);
  });

  test('for a minute after one came that is not the one before', () => {
    const groups = seen([0, 'q', 'a'], [1_000, 'q', 'b'], [30_000, 'q', 'b']);
    expect(groups.areSeveralAt(60_999)).toBe(true);
    expect(groups.areSeveralAt(61_000)).toBe(false);
  });

  test('for longer where the other goes on', () => {
    const groups = seen([0, 'q', 'a'], [1_000, 'q', 'b'], [50_000, 'q', 'a', 'b']);
    expect(groups.areSeveralAt(100_000)).toBe(true);
  });
});
