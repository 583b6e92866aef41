import * as v from 'valibot';
import { SEVERITIES } from '../../model/wire/severity.ts';
import { nameProblem, notOneOf, notTrueOrFalse } from '../problem.ts';
import type { Problem } from '../problem.ts';

/** Text that must be there. */
export function text(missing: string) {
  return v.pipe(v.string(missing), v.nonEmpty(missing));
}

/** A rule for text; `rule` says what is wrong, or nothing. */
export function rule(problem: (value: string) => string | undefined) {
  return v.rawCheck<string>(({ dataset, addIssue }) => {
    const message = dataset.typed ? problem(dataset.value) : undefined;
    if (message !== undefined) addIssue({ message });
  });
}

/** One of a few words. */
export function choice<const T extends readonly string[]>(choices: T) {
  return v.picklist(choices, ({ input }) => notOneOf(input, choices));
}

export const yesOrNo = v.boolean(({ input }) => notTrueOrFalse(input));

/** A name that a person gives to a source, destination or route. */
export const name = v.pipe(text('missing; expected a name of 1 to 64 characters'), rule(nameProblem));

/** A threshold, or none. */
export const minSeverity = v.optional(choice(SEVERITIES));

/** What a reader of ours makes of a value; its problems have paths below the setting, as `[0].address`. */
export function reading<T>(read: (value: unknown, problems: Problem[]) => T) {
  return v.rawTransform<unknown, T>(({ dataset, addIssue, NEVER }) => {
    const problems: Problem[] = [];
    const value = read(dataset.value, problems);
    for (const { path, message } of problems) {
      const at = {
        type: 'unknown' as const,
        origin: 'value' as const,
        input: dataset.value,
        key: path,
        value: undefined,
      };
      addIssue(path === '' ? { message } : { message, path: [at] });
    }
    return problems.length > 0 ? NEVER : value;
  });
}
