import { addCommand } from '../command.ts';
import { findConfig } from '../config/find-config.ts';
import { lookupView } from '../lookup/save-lookup.ts';
import { renderTable } from '../screen/table.ts';
import { inert } from '../screen/terminal.ts';
import type { CommandFile } from '../command.ts';
import type { Column } from '../screen/table.ts';

type Entry = [value: string, labels: Record<string, string>];

export const addLookupShow: CommandFile = (group, run) => {
  addCommand(group, run, {
    name: 'show <table>',
    summary: 'Show the entries of a table',
    examples: ['tocsin lookup show aws-accounts'],
    async run(session, _options, table = '') {
      const { config } = await session.gateway();
      const lookup = await findConfig(config, 'lookup', table);
      const columns: Column<Entry>[] = [
        { title: lookup.label.toUpperCase(), value: ([value]) => inert(value) },
        {
          title: 'ADDS',
          value: ([, labels]) =>
            Object.entries(labels)
              .map(([name, value]) => inert(`${name}=${value}`))
              .join(', '),
          shrinks: true,
        },
      ];
      return {
        json: lookupView(lookup),
        text: renderTable(Object.entries(lookup.entries), columns, session),
      };
    },
  });
};
