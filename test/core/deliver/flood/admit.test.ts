import { describe, expect, test } from 'vitest';
import {
  admit,
  rejoinDigest,
  type FloodPorts,
  type Wanted,
} from '../../../../functions/core/deliver/flood/admit.ts';
import type { Membership } from '../../../../functions/core/deliver/ports.ts';
import { EMPTY_FLOW, type Flow } from '../../../../functions/core/model/wire/flow.ts';
import { aMessage } from '../../../adapters/records.ts';

const NOW_MS = Date.parse('2026-01-15T15:00:00.000Z');
const PLACE = { digestId: 'digest-1', page: 0 };
const DIGESTED: Membership = { membership: 'digested', place: PLACE };

/**
 * The steps around the decision, each in its order and with the answer that a test gives it. What the decision is, says
 * `decide.test.ts`; what table and pages do, say the tests of their adapters.
 */
function aFlood(given: {
  flow?: Flow;
  found?: Membership;
  joined?: Membership;
  moved?: Membership;
  adds?: ('added' | 'full' | 'sealed')[];
}) {
  const calls: string[] = [];
  let flow = given.flow ?? EMPTY_FLOW;
  const adds = [...(given.adds ?? ['added'])];
  const ports: FloodPorts = {
    flows: {
      change: async (_addressee, step) => {
        const { flow: after, result } = step(flow);
        if (after !== flow) calls.push('remember');
        flow = after;
        return result;
      },
    },
    members: {
      find: async () => {
        calls.push('find');
        return given.found ?? { membership: 'none' };
      },
      join: async (_message, { kind }, page) => {
        calls.push(`join ${kind} ${String(page)}`);
        return given.joined ?? DIGESTED;
      },
      move: async (_message, from, page) => {
        calls.push(`move ${String(from.page)} to ${String(page)}`);
        return given.moved ?? { membership: 'digested', place: { ...from, page } };
      },
      leave: async () => void calls.push('leave'),
    },
    digests: {
      openPage: async () => 0,
      add: async (place, _id, { because }) => {
        calls.push(`add to ${String(place.page)} because ${because}`);
        return adds.shift() ?? 'added';
      },
      // Closing is not its business.
      seal: async () => expect.unreachable(),
      entries: () => expect.unreachable(),
      summary: async () => expect.unreachable(),
      keepSummary: async () => expect.unreachable(),
    },
    retries: { sendLater: async ({ digest }) => void calls.push(`send the digest ${digest?.kind ?? ''}`) },
    clock: { now: () => NOW_MS },
  };
  const wanted: Wanted = {
    message: aMessage({ channel: 'email', recipient: 'ana@example.com' }),
    addressee: { destinationId: 'dst_1', recipient: 'ana@example.com' },
    facts: { kind: 'alert', placeId: 'place-1', floodKey: 'key', isUrgent: false, isPastWindows: false },
    quota: 'ample',
    entry: {
      alertId: 'alert-1',
      key: 'key',
      severity: 'high',
      title: 't',
      sourceName: 's',
      count: 1,
      firstAt: '2026-01-15T14:59:00.000Z',
      lastAt: '2026-01-15T14:59:00.000Z',
    },
  };
  return { calls, ports, wanted, admit: async () => admit(wanted, ports) };
}

const window = { openedMs: NOW_MS - 1_000, minutes: 5, isJoined: false, urgent: 0 };
const inFlood = { ...EMPTY_FLOW, windows: { key: window } };
const announcedFlood = { ...EMPTY_FLOW, windows: { key: { ...window, isJoined: true } } };
const taken = (msAgo: number): Flow => ({ ...EMPTY_FLOW, places: [{ id: 'place-1', atMs: NOW_MS - msAgo }] });

describe('a message', () => {
  test('that is the first of its kind goes out by itself, once that is remembered', async () => {
    const flood = aFlood({});
    expect(await flood.admit()).toBeUndefined();
    expect(flood.calls).toEqual(['remember']);
  });

  test('of a flood joins its digest, whose own message is in the queue before it', async () => {
    const flood = aFlood({ flow: inFlood });
    expect(await flood.admit()).toEqual({ verdict: 'digested' });
    expect(flood.calls).toEqual([
      'send the digest window',
      'remember',
      'join window 0',
      'add to 0 because flood',
    ]);
  });

  test('of a flood whose digest is on its way sends no second one', async () => {
    const flood = aFlood({ flow: announcedFlood });
    expect(await flood.admit()).toEqual({ verdict: 'digested' });
    expect(flood.calls).toEqual(['join window 0', 'add to 0 because flood']);
  });

  test('that finds its page full moves its row before its entry, page by page', async () => {
    const flood = aFlood({ flow: announcedFlood, adds: ['full', 'full', 'added'] });
    expect(await flood.admit()).toEqual({ verdict: 'digested' });
    expect(flood.calls.slice(1)).toEqual([
      'add to 0 because flood',
      'move 0 to 1',
      'add to 1 because flood',
      'move 1 to 2',
      'add to 2 because flood',
    ]);
  });

  test('that finds its digest sealed leaves it, and comes again soon', async () => {
    const flood = aFlood({ flow: announcedFlood, adds: ['sealed'] });
    expect(await flood.admit()).toEqual({
      verdict: 'waits',
      reason: 'digest-closed',
      untilMs: NOW_MS + 2_000,
    });
    expect(flood.calls.at(-1)).toBe('leave');
  });

  test('whose row was moved by another message while its page was full comes again soon', async () => {
    const flood = aFlood({
      flow: announcedFlood,
      adds: ['full'],
      moved: { membership: 'none', state: 'pending' },
    });
    expect(await flood.admit()).toMatchObject({ verdict: 'waits', reason: 'digest-closed' });
  });

  test('that a worker has begun already is told by no digest, and takes a place for what it may send again', async () => {
    const flood = aFlood({ flow: announcedFlood, joined: { membership: 'none', state: 'sending' } });
    expect(await flood.admit()).toBeUndefined();
    expect(flood.calls).toEqual(['join window 0', 'remember']);
  });

  test.each(['delivered', 'dead', 'suppressed'] as const)(
    'whose delivery is %s goes on to its claim, which says so',
    async (state) => {
      const flood = aFlood({ flow: announcedFlood, joined: { membership: 'none', state } });
      expect(await flood.admit()).toBeUndefined();
      expect(flood.calls).toEqual(['join window 0']);
    },
  );
});

describe('a message that comes again', () => {
  test('at once is on its way', async () => {
    const flood = aFlood({ flow: taken(1_000) });
    expect(await flood.admit()).toBeUndefined();
    expect(flood.calls).toEqual([]);
  });

  test('later asks its row, which may name a digest: then its entry is seen to be there', async () => {
    const flood = aFlood({ flow: taken(60_000), found: DIGESTED });
    expect(await flood.admit()).toEqual({ verdict: 'digested' });
    expect(flood.calls).toEqual(['find', 'add to 0 because flood']);
  });

  test('later, without a digest, keeps its place', async () => {
    const flood = aFlood({ flow: taken(60_000), found: { membership: 'none', state: 'pending' } });
    expect(await flood.admit()).toBeUndefined();
    expect(flood.calls).toEqual(['find', 'remember']);
  });

  test('and was found to be digested by its claim has its entry written, or goes on', async () => {
    const digested = aFlood({ found: DIGESTED });
    expect(await rejoinDigest(digested.wanted, digested.ports)).toEqual({ verdict: 'digested' });
    const not = aFlood({});
    expect(await rejoinDigest(not.wanted, not.ports)).toBeUndefined();
    expect(not.calls).toEqual(['find']);
  });
});

test('an hour that is full has no place, and what cannot join anything waits for one', async () => {
  const places = Array.from({ length: 60 }, (_, index) => ({
    id: `p${String(index)}`,
    atMs: NOW_MS - 30_000,
  }));
  const flood = aFlood({ flow: { ...EMPTY_FLOW, places } });
  flood.wanted.facts.mayBeSent = true;
  expect(await flood.admit()).toMatchObject({ verdict: 'waits', reason: 'hourly-limit' });
});
