import { parseDestination } from '../../functions/core/config/parse-destination.ts';
import { CliFailure, refusedSettings } from '../failure.ts';
import { optionName } from '../config/settings.ts';
import { destinationRules, STRICT, type GatewayTiers } from '../destination/webhook-rules.ts';
import type { Gateway } from '../gateway.ts';
import { nameTakenProblem } from '../config/name-taken.ts';

/** The problem of one field of a destination, whatever the others are. */
export function fieldProblem(path: string, input: object, tiers: GatewayTiers = STRICT): string | undefined {
  const parsed = parseDestination(input, destinationRules(tiers));
  if (parsed.ok) return undefined;
  return parsed.problems.find((problem) => problem.path === path || fieldOf(problem.path) === path)?.message;
}

/** `recipients[0].address` is a problem of `recipients`. */
function fieldOf(path: string): string {
  return /^[^.[]*/.exec(path)?.[0] ?? path;
}

/**
 * Refuses wrong options before the first question; missing ones will be asked for.
 *
 * @param prepare does what is done with the whole of the answers later.
 */
export async function refuseWrongOptions(
  prepare: () => Promise<unknown>,
  options: object,
  flags: Record<string, string>,
): Promise<void> {
  try {
    await prepare();
  } catch (error) {
    if (!(error instanceof CliFailure) || error.problems.length === 0) throw error;
    const given = new Set(
      Object.entries(options).flatMap(([name, value]) => (value === undefined ? [] : [name])),
    );
    const wrong = error.problems.filter(({ path }) =>
      given.has(optionName(flags[path.replaceAll(/\[\d+\]/g, '')] ?? '')),
    );
    if (wrong.length > 0) throw refusedSettings(wrong, flags);
  }
}

/** The problem of a name: badly written, or taken. */
export async function destinationNameProblem(
  gateway: Gateway,
  channel: string,
  name: string,
): Promise<string | undefined> {
  const problem = fieldProblem('name', { channel, name });
  if (problem !== undefined) return problem;
  return (await gateway.config.find('destination', name)) === undefined
    ? undefined
    : nameTakenProblem('destination', name);
}
