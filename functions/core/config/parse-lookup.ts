import { quoted } from '../text/quoted.ts';
import type { Problem } from './problem.ts';

/** What a table may hold: it is read with every version of the configuration, and an item ends at 400 KB. */
const LIMITS = { entries: 5_000, characters: 250_000, labels: 10, text: 256 } as const;
/** As a matcher names it without quotes. */
const LABEL = /^[\p{L}_][\p{L}\p{N}_.:/-]{0,63}$/u;

/** What is wrong with the label of a table, or with one that it adds. */
export function labelProblem(name: string): string | undefined {
  return LABEL.test(name) && name !== '__proto__'
    ? undefined
    : `${quoted(name)} is no name of a label; expected letters, digits and _ . : / -, beginning with a letter`;
}

/** What is wrong with the entries of a table, each with its place. */
export function entryProblems(entries: Record<string, Record<string, string>>): Problem[] {
  const problems: Problem[] = [];
  const all = Object.entries(entries);
  if (all.length > LIMITS.entries) {
    problems.push({ path: '', message: `${all.length} values; expected at most ${LIMITS.entries}` });
  }
  const characters = JSON.stringify(entries).length;
  if (characters > LIMITS.characters) {
    problems.push({
      path: '',
      message: `${characters} characters in all; expected at most ${LIMITS.characters}`,
    });
  }
  for (const [value, labels] of all) {
    const wrong = [
      textProblem('the value', value),
      ...Object.entries(labels).flatMap(([name, said]) => [labelProblem(name), textProblem(name, said)]),
      Object.keys(labels).length > LIMITS.labels ? `more than ${LIMITS.labels} labels` : undefined,
      Object.keys(labels).length === 0 ? 'no label; expected for example owner=payments' : undefined,
    ];
    problems.push(
      ...wrong
        .filter((message) => message !== undefined)
        .map((message) => ({ path: value.slice(0, 40), message })),
    );
  }
  return problems;
}

function textProblem(what: string, text: string): string | undefined {
  if (text === '' || text === '__proto__') return `${what} is empty`;
  if (text.length > LIMITS.text)
    return `${what} has ${text.length} characters; expected at most ${LIMITS.text}`;
  return /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(text)
    ? `${what} has a line break or a control character in it`
    : undefined;
}
