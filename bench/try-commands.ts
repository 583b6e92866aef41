import { availableParallelism } from 'node:os';
import { boundedMap } from '../functions/core/bounded-map.ts';
import { resultsIn } from './results.ts';
import { runCommand, type Ran } from './run-command.ts';
import { SMALLEST } from './sizes.ts';

/** The longest takes half a minute on a machine that is not busy. */
const WITHIN_MS = 600_000;

/**
 * Runs each command in its smallest size and says whether it came to its verdicts, whatever those are; answers how many did not. What a
 * command printed is shown where it did not.
 */
export async function tryCommands(commands: readonly string[]): Promise<number> {
  const tried = await boundedMap(commands, availableParallelism(), async (command) => {
    const startedMs = performance.now();
    const ran = await runCommand(command, [SMALLEST], { onText: () => undefined, withinMs: WITHIN_MS });
    const { outcome, because } = judge(ran);
    const seconds = ((performance.now() - startedMs) / 1_000).toFixed(0);
    console.log(`${command} ${outcome}: ${because} (${seconds} s)`);
    if (outcome === 'broke') console.log(ran.printed.trimEnd().replaceAll(/^/gmu, '  '));
    return outcome;
  });
  const count = (outcome: Outcome) => tried.filter((one) => one === outcome).length;
  console.log(
    `${String(count('works'))} commands work, ${String(count('broke'))} broke, ${String(count('is skipped'))} skipped`,
  );
  return count('broke');
}

type Outcome = 'works' | 'is skipped' | 'broke';

/** A missed target is no fault here; no verdict is one, however the command ended. */
export function judge({ printed, end }: Ran): { outcome: Outcome; because: string } {
  if (end === 'not-installed') return { outcome: 'is skipped', because: printed.trim() };
  const { length } = resultsIn(printed, { command: '', day: '', machine: '' });
  const because = `${String(length)} verdicts`;
  return { outcome: end === 'broke' || length === 0 ? 'broke' : 'works', because };
}
