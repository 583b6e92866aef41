import { readFile } from 'node:fs/promises';
import { addCommand } from '../command.ts';
import { CliFailure, wrongUsage } from '../failure.ts';
import { readCsv } from '../lookup/read-csv.ts';
import { labelsOf, lookupView, saveLookup } from '../lookup/save-lookup.ts';
import { inert } from '../screen/terminal.ts';
import type { CommandFile } from '../command.ts';

type Options = { label?: string; csv?: string };

export const addLookupImport: CommandFile = (group, run) => {
  addCommand<Options>(group, run, {
    name: 'import <table>',
    summary: 'Take the entries of a table from a CSV file; values that are not in it stay',
    examples: [
      'tocsin lookup import aws-accounts --csv accounts.csv',
      'tocsin lookup import hosts --csv hosts.csv --label host',
    ],
    options(command) {
      command
        .option('--csv <file>', 'first line: names; first column: the value; the others: labels (required)')
        .option('--label <name>', 'the label whose value is looked up (default: account for aws-accounts)');
    },
    async run(session, { label: given, csv }, table = '') {
      if (csv === undefined) throw wrongUsage('--csv is missing; expected a file such as accounts.csv');
      await session.gateway();
      const [head = [], ...rows] = await rowsOf(csv);
      const names = head.slice(1);
      const { lookup } = await saveLookup(session, table, given, (entries, label) => {
        const read = rows.map(([value = '', ...cells]): [string, Record<string, string>] => [
          value,
          labelsOf(
            label,
            names.map((name, at) => [name, cells[at] ?? ''] as const).filter(([, cell]) => cell !== ''),
          ),
        ]);
        return { ...entries, ...Object.fromEntries(read) };
      });
      return {
        json: { ...lookupView(lookup), imported: rows.length },
        text: `${session.paint('green', 'Imported')} ${rows.length} values into lookup ${session.paint('bold', inert(table))}`,
      };
    },
  });
};

async function rowsOf(file: string): Promise<string[][]> {
  let rows: string[][];
  try {
    rows = readCsv(await readFile(file, 'utf8'));
  } catch (error) {
    throw new CliFailure('unreadable-file', `${file} cannot be read: ${(error as Error).message}`);
  }
  if (rows.length < 2 || (rows[0]?.length ?? 0) < 2) {
    throw new CliFailure(
      'unreadable-file',
      `${file} has no entries; expected a first line such as account,name,owner and one line for each value`,
    );
  }
  return rows;
}
