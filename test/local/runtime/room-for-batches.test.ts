import { expect, test } from 'vitest';
import { hasRoom } from '../../../local/runtime/room-for-batches.ts';

const busy = { ofFunction: 1, ofAll: 2, processors: 2, emulatorsAreBusy: false };

test.each<[string, Partial<Parameters<typeof hasRoom>[0]>, boolean]>([
  ['as many compute as there are processors', {}, false],
  ['one processor is free', { ofAll: 1 }, true],
  ['more compute than there are processors', { ofAll: 5 }, false],
  ['none of this function computes: each goes on, whatever the others do', { ofFunction: 0, ofAll: 5 }, true],
  [
    'none of this function computes, and the emulators are busy',
    { ofFunction: 0, emulatorsAreBusy: true },
    true,
  ],
  ['a processor is free, and the emulators have no time', { ofAll: 1, emulatorsAreBusy: true }, false],
  ['one processor in all', { ofAll: 1, processors: 1 }, false],
])('a further batch, when %s: %#', (_, load, expected) => {
  expect(hasRoom({ ...busy, ...load })).toBe(expected);
});
