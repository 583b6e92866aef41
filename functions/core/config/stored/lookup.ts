import { entryProblems, labelProblem } from '../parse-lookup.ts';
import { all, expects, isObject, mapOf, object, text } from '../value-checks.ts';
import { BASE, type StoredKind } from './stored-kind.ts';

export const STORED_LOOKUP: StoredKind<'lookup'> = {
  kind: 'lookup',
  problem: all(
    object({
      ...BASE,
      label: expects(
        'the name of a label',
        (value) => typeof value === 'string' && labelProblem(value) === undefined,
      ),
      entries: mapOf(mapOf(text, { isEmptyAllowed: false })),
    }),
    entriesFit,
  ),
  seen: () => ({}),
};

/** What a table adds is in every alert that it is about. */
function entriesFit(config: unknown): string | undefined {
  const entries = isObject(config) ? config['entries'] : {};
  const [problem] = entryProblems(entries as Record<string, Record<string, string>>);
  return problem && `entries cannot be taken: ${problem.message}`;
}
