import * as fc from 'fast-check';
import { expect } from 'vitest';
import { IS_ALL } from '../handlers/some-of.ts';

/** One call of a port, said in words that a failure can show. `run` is a word that sets one run apart from the others. */
export type Step<P> = { says: string; does: (port: P, run: string) => Promise<unknown> };

/**
 * The shortest steps whose answers differ between two implementations of a port, in words; undefined when none do.
 */
export async function differenceBetween<P extends object>({
  table,
  memory,
  begin = [],
  steps,
  numRuns = 40,
}: {
  /** The one of every run, or a new one for each. */
  table: P | (() => P);
  memory: () => P;
  /** Some of these come first, in this order. */
  begin?: Step<P>[];
  steps: fc.Arbitrary<Step<P>>;
  /** Ten times as many with `TOCSIN_FAULTS=all`. */
  numRuns?: number;
}): Promise<string | undefined> {
  let runs = 0;
  const named = steps.map((step) => Object.assign(step, { toString: () => step.says }));
  for (const step of begin) step.toString = () => step.says;
  const found = await fc.check(
    fc.asyncProperty(
      fc.subarray(begin),
      fc.array(named, { minLength: 1, maxLength: 8 }),
      async (first, rest) => {
        runs += 1;
        const run = `run${String(runs)}`;
        const one = memory();
        const other = typeof table === 'function' ? table() : table;
        for (const { says, does } of [...first, ...rest]) {
          expect(await answerOf(does(one, run)), `in memory: ${says}`).toEqual(
            await answerOf(does(other, run)),
          );
        }
      },
    ),
    { numRuns: IS_ALL ? 10 * numRuns : numRuns },
  );
  return found.failed ? fc.defaultReportMessage(found) : undefined;
}

/** What came of a call: a refusal counts by the class of its error, for its words name the store. */
async function answerOf(call: Promise<unknown>): Promise<unknown> {
  try {
    return { answer: await call };
  } catch (error) {
    return { refusal: error instanceof Error ? error.constructor.name : typeof error };
  }
}
