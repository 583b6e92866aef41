import { readFile } from 'node:fs/promises';
import { addCommand } from '../command.ts';
import { CliFailure, wrongUsage } from '../failure.ts';
import { csvEntries, type CsvTable, readCsvTable } from '../lookup/csv-entries.ts';
import { organizationEntry, readOrganization } from '../lookup/organization-entries.ts';
import { lookupView, saveLookup } from '../lookup/save-lookup.ts';
import { inert } from '../screen/terminal.ts';
import type { CommandFile, CommandResult } from '../command.ts';
import type { Session } from '../session.ts';
import { whyUnreadable } from '../read-text-file.ts';

type Options = { label?: string; csv?: string; organization?: boolean; ownerTag?: string; profile?: string };

const OWNER_TAG = 'owner';
/** Of a file that is wrong throughout, enough to see what is wrong. */
const SHOWN_PROBLEMS = 20;

export const addLookupImport: CommandFile = (group, run) => {
  addCommand<Options>(group, run, {
    name: 'import <table>',
    summary: 'Take the entries of a table from a CSV file or from AWS Organizations; other values stay',
    examples: [
      'tocsin lookup import aws-accounts --csv accounts.csv',
      'tocsin lookup import hosts --csv hosts.csv --label host',
      'tocsin lookup import aws-accounts --organization',
      'tocsin lookup import aws-accounts --organization --owner-tag team',
    ],
    options(command) {
      command
        .option('--csv <file>', 'first line: names; first column: the value; the others: labels')
        .option('--organization', 'the accounts of your AWS organization, with their names and owners')
        .option('--owner-tag <key>', `the tag that names the owner of an account (default: ${OWNER_TAG})`)
        .option('--profile <name>', 'the AWS profile that may list the accounts (default: yours)')
        .option('--label <name>', 'the label whose value is looked up (default: account for aws-accounts)');
    },
    async run(session, options, table = '') {
      const { csv, organization = false, ownerTag, profile } = options;
      if ((csv === undefined) === !organization) {
        throw wrongUsage(
          csv === undefined
            ? '--csv or --organization is missing; expected a file such as accounts.csv, or --organization'
            : '--csv and --organization are two ways of one import; expected one of them',
        );
      }
      const given = { '--owner-tag': ownerTag, '--profile': profile };
      const stray = Object.entries(given).find(([, value]) => value !== undefined)?.[0];
      if (stray !== undefined && !organization) throw wrongUsage(`${stray} goes with --organization`);
      await session.gateway();
      return csv === undefined
        ? importOrganization(session, table, options)
        : importCsv(session, table, options.label, csv);
    },
  });
};

async function importCsv(
  session: Session,
  table: string,
  given: string | undefined,
  csv: string,
): Promise<CommandResult> {
  const file = await tableOf(csv);
  const { lookup } = await saveLookup(session, table, given, (entries, label) => {
    const read = csvEntries(file, label);
    if (read.problems.length > 0) throw unreadable(csv, read.problems.slice(0, SHOWN_PROBLEMS).join('\n'));
    return { ...entries, ...read.entries };
  });
  const { length } = file.rows;
  return {
    json: { ...lookupView(lookup), imported: length },
    text: `${session.paint('green', 'Imported')} ${length} ${length === 1 ? 'value' : 'values'} into lookup ${session.paint('bold', inert(table))}`,
  };
}

async function importOrganization(
  session: Session,
  table: string,
  { label: given, ownerTag = OWNER_TAG, profile }: Options,
): Promise<CommandResult> {
  const { organization } = await session.gateway();
  const who = profile === undefined ? 'your AWS identity' : `the profile ${JSON.stringify(profile)}`;
  const { accounts, owners } = await readOrganization(organization(profile), ownerTag, who);
  const { lookup } = await saveLookup(session, table, given, (entries, label) => {
    const read = accounts.map((account) =>
      organizationEntry(account, owners.get(account.id), label, entries[account.id]),
    );
    return { ...entries, ...Object.fromEntries(read) };
  });
  const counted = `${accounts.length} ${accounts.length === 1 ? 'account' : 'accounts'}`;
  return {
    json: { ...lookupView(lookup), imported: accounts.length, with_owner: owners.size },
    text: `${session.paint('green', 'Imported')} ${counted} of the organization into lookup ${session.paint('bold', inert(table))}; ${owners.size} with the tag ${inert(ownerTag)}`,
  };
}

async function tableOf(file: string): Promise<CsvTable> {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw new CliFailure('unreadable-file', `${file} ${whyUnreadable(error)}`);
  });
  try {
    return readCsvTable(bytes);
  } catch (error) {
    throw unreadable(file, (error as Error).message);
  }
}

function unreadable(file: string, why: string): CliFailure {
  return new CliFailure('unreadable-file', `${file} cannot be read: ${why}`);
}
