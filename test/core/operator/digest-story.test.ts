import { describe, expect, it } from 'vitest';
import { decide } from '../../../functions/core/deliver/flood/decide.ts';
import { STORM_KEY } from '../../../functions/core/deliver/flood/flood-key.ts';
import { digestId } from '../../../functions/core/model/wire/digest.ts';
import { digestOf } from '../../../functions/core/operator/digest-story.ts';
import { closesMs, type FloodWindow, type Flow } from '../../../functions/core/model/wire/flow.ts';

const addressee = { destinationId: 'dst_b', recipient: 'ops@example.com' };
const START = Date.parse('2026-03-01T12:00:00.000Z');
const iso = (ms: number) => new Date(ms).toISOString();

/** The windows of a flood that goes on, as they are really decided. */
function windowsOf(kind: 'storm' | 'window'): FloodWindow[] {
  const first = { openedMs: START, minutes: 5, isJoined: true, urgent: 0 };
  let flow: Flow = {
    places: [],
    windows: kind === 'window' ? { key: first } : {},
    ...(kind === 'storm' && { storm: first }),
  };
  const windows = [first];
  for (let index = 0; index < 5; index += 1) {
    const nowMs = closesMs(windows.at(-1)!);
    const places = Array.from({ length: kind === 'storm' ? 40 : 0 }, (_, at) => ({
      id: `p${at}`,
      atMs: nowMs,
    }));
    const { verdict } = decide(
      { ...flow, places },
      { kind: 'alert', placeId: 'new', floodKey: 'key', isUrgent: false, isPastWindows: false },
      { nowMs },
    );
    if (verdict.verdict !== 'join') throw new Error(verdict.verdict);
    const { openedMs, closesMs: endMs } = verdict;
    const next = { openedMs, minutes: (endMs - openedMs) / 60_000, isJoined: true, urgent: 0 };
    windows.push(next);
    flow =
      kind === 'window' ? { places: [], windows: { key: next } } : { places: [], windows: {}, storm: next };
  }
  return windows;
}

describe('the digest that a row names', () => {
  it.each([
    ['storm', STORM_KEY],
    ['window', 'key'],
  ] as const)('is known for a %s, with its beginning, in every window of a flood', (kind, key) => {
    const windows = windowsOf(kind);
    expect(windows.map(({ minutes }) => minutes)).toEqual([5, 10, 20, 40, 60, 60]);
    for (const window of windows) {
      const id = digestId(addressee, key, window.openedMs);
      const closesAt = iso(closesMs(window));
      expect(digestOf(id, addressee, closesAt, 'key')).toEqual({
        id,
        kind,
        opened_at: iso(window.openedMs),
        closes_at: closesAt,
      });
    }
  });

  it('is a window of a beginning unknown where the alert is not at hand', () => {
    const id = digestId(addressee, 'key', START);
    expect(digestOf(id, addressee, iso(START + 300_000))).toMatchObject({ id, kind: 'window' });
  });
});
