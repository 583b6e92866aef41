import { parseDestination } from '../../functions/core/config/parse-destination.ts';
import { CliFailure, refusedSettings } from '../failure.ts';
import { destinationRules } from '../destination/webhook-rules.ts';
import type { Severity } from '../../functions/core/model/wire/severity.ts';
import type { Gateway } from '../gateway.ts';
import type { Choice, Prompts } from '../prompts.ts';

/** What is wrong with one field of a destination, whatever the others are. */
export function fieldProblem(path: string, input: object, allow: readonly string[] = []): string | undefined {
  const parsed = parseDestination(input, destinationRules(allow));
  if (parsed.ok) return undefined;
  return parsed.problems.find((problem) => problem.path === path || fieldOf(problem.path) === path)?.message;
}

/** `recipients[0].address` is a problem of `recipients`. */
function fieldOf(path: string): string {
  return /^[^.[]*/.exec(path)?.[0] ?? path;
}

/**
 * Refuses options that are wrong before anything is asked; what is merely missing will be asked for.
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
      given.has(optionOf(flags[path.replaceAll(/\[\d+\]/g, '')])),
    );
    if (wrong.length > 0) throw refusedSettings(wrong, flags);
  }
}

/** `--custom-header` is `customHeader` among the options. */
function optionOf(flag = ''): string {
  return flag.replace(/^--/, '').replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

export async function askName(prompts: Prompts, gateway: Gateway, channel: string): Promise<string> {
  return prompts.text({
    message: 'Name, as you will call it',
    check: async (name) =>
      fieldProblem('name', { channel, name }) ??
      ((await gateway.config.find('destination', name)) === undefined
        ? undefined
        : `a destination is called ${JSON.stringify(name)} already; choose another name`),
  });
}

const SEVERITY_CHOICES: Choice<Severity | 'every'>[] = [
  { value: 'every', name: 'every severity' },
  { value: 'low', name: 'low and above' },
  { value: 'medium', name: 'medium and above' },
  { value: 'high', name: 'high and above' },
  { value: 'critical', name: 'critical only' },
];

/** Undefined takes everything. */
export async function askMinSeverity(prompts: Prompts): Promise<Severity | undefined> {
  const answer = await prompts.choice({ message: 'Which alerts does it take?', choices: SEVERITY_CHOICES });
  return answer === 'every' ? undefined : answer;
}
