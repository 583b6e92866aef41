import { describe, expect, test } from 'vitest';
import { allowedExtraPosts, LONG_SCENARIOS, SCENARIOS, type Scenario, wrongs } from './fault-scenarios.ts';
import type { Fault } from './faulty-calls.ts';
import { faultyWorld } from './faulty-world.ts';
import { patienceMs, someOf } from './some-of.ts';

/**
 * Of thousands of cases a few are tried, always the same. More of them, or `all`, when deliver, claims or records change:
 * `TOCSIN_FAULTS=100 npx vitest run test/handlers/fault-pairs.test.ts`.
 */
const PATIENCE_MS = patienceMs(60_000);

/** What is wrong with how a story ended after these faults, with enough to tell the case. */
async function story(scenario: Scenario, faults: ReadonlyMap<number, Fault>) {
  const run = await faultyWorld({ statuses: scenario.statuses, faults, ...scenario.world });
  const extraPosts = allowedExtraPosts(run, [...faults.keys()]);
  const at = [...faults].map(([index, fault]) => `${index} ${run.calls[index] ?? 'never'} ${fault}`);
  return { at, wrongs: wrongs(scenario, run, extraPosts) };
}

const fine = ({ at }: { at: string[] }) => ({ at, wrongs: [] });

describe.each(LONG_SCENARIOS)('a delivery that $name', (scenario) => {
  test('makes no more calls than it must', async () => {
    const run = await faultyWorld({ statuses: scenario.statuses, faults: new Map(), ...scenario.world });
    expect(wrongs(scenario, run)).toEqual([]);
    expect(run.calls).toEqual(scenario.calls);
    expect(run.posts).toHaveLength(scenario.posts);
  });
});

describe.each([...SCENARIOS, ...LONG_SCENARIOS])('a delivery that $name', (scenario) => {
  const indices = scenario.calls.map((_, index) => index);
  const isLong = scenario.world !== undefined;
  const faults: Fault[] = isLong
    ? ['refused', 'lost-answer', 'late', 'very-late', 'killed-before', 'killed-after']
    : ['late', 'very-late'];

  test(
    'ends the same when any one call goes wrong in any way',
    async () => {
      const cases = faults.flatMap((fault) => indices.map((index) => [index, fault] as const));
      for (const [index, fault] of someOf(cases, 7)) {
        const told = await story(scenario, new Map([[index, fault]]));
        expect(told).toEqual(fine(told));
      }
    },
    PATIENCE_MS,
  );

  test(
    'ends the same when its worker is killed twice, before or after any two calls',
    async () => {
      const kills = ['killed-before', 'killed-after'] as const;
      const cases = indices.flatMap((first) =>
        // The second kill is one of the calls that follow in the next life.
        Array.from({ length: scenario.calls.length }, (_, step) => first + step + 1).flatMap((second) =>
          kills.flatMap((one) => kills.map((other) => [first, one, second, other] as const)),
        ),
      );
      for (const [first, one, second, other] of someOf(cases, 4)) {
        const told = await story(
          scenario,
          new Map<number, Fault>([
            [first, one],
            [second, other],
          ]),
        );
        expect(told).toEqual(fine(told));
      }
    },
    PATIENCE_MS,
  );
});
