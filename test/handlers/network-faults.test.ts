import { describe, expect, test } from 'vitest';
import { allowedExtraPosts, SCENARIOS, wrongs } from './fault-scenarios.ts';
import type { Fault } from './faulty-calls.ts';
import { faultyWorld } from './faulty-world.ts';
import { someOf } from './some-of.ts';

/** Destination and health; the destination once more, from the table itself; the message, to the other network. */
const HANDED_OVER = ['GetItem', 'GetItem', 'GetItem', 'SendMessageBatch'];
const FAULTS: Fault[] = ['refused', 'lost-answer', 'late', 'killed-before', 'killed-after'];

/** A delivery that waits in the public lane when its destination becomes private. */
const moved = async (statuses: readonly number[], faults: ReadonlyMap<number, Fault>) =>
  faultyWorld({ statuses, faults, given: { isPrivate: true } });

describe.each(SCENARIOS)('a delivery that is handed over to the private network, and $name', (scenario) => {
  test('makes four calls more than one that is there, and ends the same', async () => {
    const run = await moved(scenario.statuses, new Map());
    expect(wrongs(scenario, run)).toEqual([]);
    expect(run.calls).toEqual([...HANDED_OVER, ...scenario.calls]);
  });

  // What comes after is what the function does with any delivery, and is proved in faults.test.ts. So each call goes wrong in
  // each way before one ending, and in some before the others.
  const cases = FAULTS.flatMap((fault) =>
    [...HANDED_OVER.entries()].map(([index, call]) => ({ fault, index, call })),
  );
  const tried = scenario === SCENARIOS[0] ? cases : someOf(cases, 5);
  test.each(FAULTS)('ends the same when any one call of that is %s', async (fault) => {
    for (const { index, call } of tried.filter((one) => one.fault === fault)) {
      const run = await moved(scenario.statuses, new Map([[index, fault]]));
      const extraPosts = allowedExtraPosts(run, [index]);
      expect({ at: `${index} ${call}`, wrongs: wrongs(scenario, run, extraPosts) }).toEqual({
        at: `${index} ${call}`,
        wrongs: [],
      });
    }
  });
});
