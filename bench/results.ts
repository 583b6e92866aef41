import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** One line of one command: `value` beside what it must be, on which day and machine. */
export type Result = {
  command: string;
  name: string;
  value: string;
  target: string;
  isMet: boolean;
  day: string;
  machine: string;
};

const BEGIN = '<!-- what `node bench/all.ts` measured -->';
const END = '<!-- end of it -->';
const VERDICT =
  /^(?<name>.+): (?<value>-?[\d.e+-]+|NaN), target (?<target>at (?:most|least) \S+): (?<word>met|MISSED)$/u;

/** Each file here that gives a verdict is a command. */
export function commands(): string[] {
  return readdirSync(import.meta.dirname)
    .filter((file) => file.endsWith('.ts') && file !== 'verdict.ts')
    .filter((file) =>
      /^\s*(?:verdict|atLeast)\(/mu.test(readFileSync(join(import.meta.dirname, file), 'utf8')),
    )
    .toSorted();
}

/** The verdicts in what a command printed. */
export function resultsIn(printed: string, of: Pick<Result, 'command' | 'day' | 'machine'>): Result[] {
  return printed.split('\n').flatMap((line) => {
    const { name, value, target, word } = VERDICT.exec(line)?.groups ?? {};
    if (name === undefined || value === undefined || target === undefined) return [];
    return [{ ...of, name, value, target, isMet: word === 'met' }];
  });
}

/** The page with the table of these results in the place that it keeps for it. */
export function pageWith(page: string, results: readonly Result[]): string {
  const [before, rest] = page.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined)
    throw new Error(`the page has no place for the table: ${BEGIN}`);
  return `${before}${BEGIN}\n\n${tableOf(results)}\n\n${END}${after}`;
}

function tableOf(results: readonly Result[]): string {
  const machines = [...new Set(results.map(({ machine }) => machine))];
  const mark = (machine: string) =>
    machines.length > 1 ? ` (${String(machines.indexOf(machine) + 1)})` : '';
  const lines = results.map(
    ({ command, name, value, target, isMet, day, machine }) =>
      `| \`${command}\` | ${name} | ${value} | ${target} | ${isMet ? 'met' : '**missed**'} | ${day}${mark(machine)} |`,
  );
  return [
    '| command | number | value | target | | measured |',
    '|---|---|---|---|---|---|',
    ...lines,
    '',
    ...machines.map(
      (machine, index) => `${machines.length > 1 ? `(${String(index + 1)}) ` : ''}On ${machine}.`,
    ),
  ].join('\n');
}
