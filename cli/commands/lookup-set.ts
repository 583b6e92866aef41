import { addCommand } from '../command.ts';
import { wrongUsage } from '../failure.ts';
import { labelsOf, lookupView, saveLookup } from '../lookup/save-lookup.ts';
import { inert } from '../screen/terminal.ts';
import type { CommandFile } from '../command.ts';

type Options = { label?: string };

export const addLookupSet: CommandFile = (group, run) => {
  addCommand<Options>(group, run, {
    name: 'set <table> <key> <add...>',
    summary: 'Say which labels a value of a label adds; replaces what was said of the value',
    examples: [
      'tocsin lookup set aws-accounts 111122223333 name=prod owner=ana@example.com',
      'tocsin lookup set teams web owner=ana@example.com --label team',
    ],
    options(command) {
      command.option(
        '--label <name>',
        'the label whose value is looked up (default: account for aws-accounts)',
      );
    },
    async run(session, { label: given }, ...[table = '', value = '', ...pairs]) {
      const read = pairs.map((pair): [string, string] => {
        const at = pair.indexOf('=');
        if (at < 1) throw wrongUsage(`${JSON.stringify(pair)} is no label; expected name=value`);
        return [pair.slice(0, at), pair.slice(at + 1)];
      });
      const { lookup, isNew } = await saveLookup(session, table, given, (entries, label) => {
        const labels = labelsOf(label, read);
        // `name` and `account_name` are one label, too.
        if (Object.keys(labels).length < read.length) {
          throw wrongUsage(`${read.map(([name]) => name).join(', ')}: one label is said twice`);
        }
        return { ...entries, [value]: labels };
      });
      const added = Object.entries(lookup.entries[value] ?? {}).map(([name, said]) => `${name}=${said}`);
      return {
        json: lookupView(lookup),
        text: `${session.paint('green', isNew ? 'Created' : 'Changed')} lookup ${session.paint('bold', inert(table))}: ${inert(`${lookup.label}=${value}`)} adds ${added.map(inert).join(', ')}`,
      };
    },
  });
};
