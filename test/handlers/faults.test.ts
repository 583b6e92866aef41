import { describe, expect, test } from 'vitest';
import { allowedExtraPosts, CLAIM, RECORD, type Scenario, SCENARIOS, wrongs } from './fault-scenarios.ts';
import type { Fault } from './faulty-calls.ts';
import { faultyWorld } from './faulty-world.ts';
import { IS_ALL, someOf } from './some-of.ts';

const FAULTS: Fault[] = ['refused', 'lost-answer', 'killed-before', 'killed-after'];

/**
 * The calls at which something goes wrong: each that no scenario before it makes in the same place, and some of those it
 * shares with one. What differs there is only what the receiver answers later. Two of the four kinds of fault meet each of
 * them. `TOCSIN_FAULTS=all` takes every call with every kind.
 */
function triedCalls(scenario: Scenario, fault: Fault): [index: number, call: string][] {
  const before = SCENARIOS.slice(0, SCENARIOS.indexOf(scenario));
  const shared = Math.max(0, ...before.map(({ calls }) => sharedCalls(calls, scenario.calls)));
  const calls = [...scenario.calls.entries()];
  return [...someOf(calls.slice(0, shared), 3), ...calls.slice(shared)].filter(
    (_, at) => IS_ALL || (at + FAULTS.indexOf(fault)) % 2 === 0,
  );
}

function sharedCalls(one: readonly string[], other: readonly string[]): number {
  const differs = one.findIndex((call, index) => call !== other[index]);
  return differs === -1 ? one.length : differs;
}

describe.each(SCENARIOS)('a delivery that $name', (scenario) => {
  test('makes no more calls than it must', async () => {
    const run = await faultyWorld({ statuses: scenario.statuses, faults: new Map() });
    expect(wrongs(scenario, run)).toEqual([]);
    expect(run.calls).toEqual(scenario.calls);
    expect(run.posts).toHaveLength(scenario.posts);
    expect(run.destination?.isEnabled).toBe(!('reason' in scenario && scenario.reason === 'receiver-gone'));
  });

  test.each(FAULTS)('ends the same when any one call is %s', async (fault) => {
    for (const [index, call] of triedCalls(scenario, fault)) {
      const run = await faultyWorld({ statuses: scenario.statuses, faults: new Map([[index, fault]]) });
      const extraPosts = allowedExtraPosts(run, [index]);
      expect({ at: `${index} ${call}`, wrongs: wrongs(scenario, run, extraPosts) }).toEqual({
        at: `${index} ${call}`,
        wrongs: [],
      });
    }
  });
});

describe('a batch of three that is delivered', () => {
  test('is claimed in one call, and recorded in one call', async () => {
    const { calls, deliveries } = await faultyWorld({ statuses: [204], faults: new Map(), count: 3 });
    expect(calls.filter((call) => call === RECORD)).toHaveLength(1);
    expect(calls.filter((call) => call === CLAIM)).toHaveLength(1);
    expect(deliveries.map((delivery) => delivery?.state)).toEqual(['delivered', 'delivered', 'delivered']);
  });

  // Nothing is lost. A worker that dies takes with it what it had not recorded: each of these is sent once more.
  test.each([
    ['refused', 3],
    ['lost-answer', 3],
    ['killed-before', 6],
    ['killed-after', 3],
  ] as const)('and whose record is %s ends delivered, each at most twice', async (fault, posts) => {
    const run = await faultyWorld({ statuses: [204], faults: new Map([[RECORD, fault]]), count: 3 });
    expect(run.deliveries.map((delivery) => delivery?.state)).toEqual([
      'delivered',
      'delivered',
      'delivered',
    ]);
    expect(run.posts).toHaveLength(posts);
    expect(new Set(run.posts.map(({ id }) => id)).size).toBe(3);
    expect(run.deadLetters).toEqual([]);
    for (const delivery of run.deliveries) expect(delivery?.attempts).toHaveLength(1);
  });
});
