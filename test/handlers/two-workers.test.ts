import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isListedOnce, SCENARIOS, wrongs } from './fault-scenarios.ts';
import type { Fault } from './faulty-calls.ts';
import { faultyWorld } from './faulty-world.ts';
import { IS_ALL, patienceMs } from './some-of.ts';
import { inTurns } from './turns.ts';

/**
 * Every batch is received by two workers at once, as SQS may deliver it, and their calls go out in generated turns; one of them may
 * fail or be killed at any call.
 */
const PATIENCE = { timeout: patienceMs(120_000) };
const numRuns = IS_ALL ? 200 : Number(process.env['TOCSIN_FAULTS'] ?? 4);

const FAULTS: Fault[] = ['refused', 'lost-answer', 'late', 'very-late', 'killed-before', 'killed-after'];
const orders = fc.array(fc.nat({ max: 1 }), { minLength: 8, maxLength: 24 });
/** Half of the runs have none: then not one post may come twice. */
const faults = fc.option(fc.tuple(fc.nat({ max: 24 }), fc.constantFrom(...FAULTS)), { freq: 2 });
const asMap = (fault: readonly [number, Fault] | null) =>
  new Map<number, Fault>(fault === null ? [] : [fault]);

describe.each(SCENARIOS)('a delivery that two workers have, and that $name', (scenario) => {
  test('ends as with one', PATIENCE, async () => {
    await fc.assert(
      fc.asyncProperty(orders, faults, async (order, fault) => {
        const { statuses } = scenario;
        const run = await faultyWorld({ statuses, faults: asMap(fault), turns: inTurns(order) });
        expect(wrongs(scenario, run, fault === null ? 0 : 1)).toEqual([]);
      }),
      { numRuns, seed: 1 },
    );
  });
});

test('a batch over two sheets that two workers have is sent once', PATIENCE, async () => {
  await fc.assert(
    fc.asyncProperty(orders, faults, async (order, fault) => {
      const run = await faultyWorld({
        statuses: [204],
        faults: asMap(fault),
        count: 12,
        turns: inTurns(order),
      });
      expect(run.deliveries.map((delivery) => delivery?.state)).toEqual(run.ids.map(() => 'delivered'));
      expect(run.listed).toHaveLength(run.ids.length);
      expect(run.deliveries.every((delivery) => isListedOnce(delivery, run.listed))).toBe(true);
      expect(new Set(run.posts.map(({ id, body }) => `${id} ${body}`)).size).toBe(run.ids.length);
      // A worker that dies takes with it what it had sent and not recorded: all of its batch of ten.
      expect(run.posts.length - run.ids.length).toBeLessThanOrEqual(fault === null ? 0 : 10);
    }),
    { numRuns, seed: 2 },
  );
});
