import { entryProblems } from '../../functions/core/config/parse-lookup.ts';
import { quoted } from '../../functions/core/text/quoted.ts';
import type { Lookup } from '../../functions/core/model/config/lookup.ts';
import { type CsvRow, readCsv } from './read-csv.ts';
import { labelsOf } from './save-lookup.ts';

/** The names of the first line, and the rows below it. */
export type CsvTable = { names: string[]; rows: CsvRow[] };

/**
 * The table of a CSV file: the first column is the value, the others are labels.
 *
 * @throws Error in words when it is none
 */
export function readCsvTable(bytes: Uint8Array): CsvTable {
  const [head, ...rows] = readCsv(decoded(bytes));
  const [first = '', ...names] = head?.cells ?? [];
  const separator = [';', '\t'].find((one) => names.length === 0 && first.includes(one));
  if (separator !== undefined) {
    throw new Error(`its columns are separated by ${JSON.stringify(separator)}; expected commas`);
  }
  if (rows.length === 0 || names.length === 0) {
    throw new Error(
      'it has no entries; expected a first line such as account,name,owner and one line for each value',
    );
  }
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw new Error(`line 1: the column ${quoted(twice)} is there twice`);
  return { names, rows };
}

/** The labels of each value in a file, and all problems by line. */
export function csvEntries(
  { names, rows }: CsvTable,
  label: string,
): { entries: Lookup['entries']; problems: string[] } {
  const problems: string[] = [];
  const lines = new Map<string, number>();
  const entries: [string, Record<string, string>][] = [];
  for (const { line, cells } of rows) {
    const [value = '', ...said] = cells;
    const labels = labelsOf(
      label,
      names.map((name, at) => [name, said[at] ?? ''] as const).filter(([, cell]) => cell !== ''),
    );
    const before = lines.get(value);
    const wrong = [
      ...(said.length > names.length
        ? [
            `${String(cells.length)} cells under ${String(names.length + 1)} names; a comma in a text needs quotes around it`,
          ]
        : []),
      ...(before !== undefined ? [`${quoted(value)} is there already, in line ${String(before)}`] : []),
      ...entryProblems({ [value]: labels }).map(({ message }) => message),
    ];
    problems.push(...wrong.map((message) => `line ${String(line)}: ${message}`));
    lines.set(value, line);
    entries.push([value, labels]);
  }
  return { entries: Object.fromEntries(entries), problems };
}

function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Error('it is not written in UTF-8; save it as "CSV UTF-8"');
  }
}
