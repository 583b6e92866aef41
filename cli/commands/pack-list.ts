import { addCommand, type CommandFile } from '../command.ts';
import { packStates, type PackState } from '../pack/pack-states.ts';
import type { Pack } from '../pack/pack.ts';
import { renderTable, type Column } from '../screen/table.ts';
import { inert } from '../screen/terminal.ts';

type Row = { pack: Pack; source: string; state: PackState };

export const addPackList: CommandFile = (group, run) => {
  addCommand(group, run, {
    name: 'list',
    summary: 'List what comes ready-made for a vendor, and whether it is enabled',
    examples: ['tocsin pack list'],
    async run(session) {
      const rows = await packStates(session);
      const columns: Column<Row>[] = [
        { title: 'NAME', value: ({ pack }) => pack.name },
        { title: 'STATE', value: ({ state }) => state },
        { title: 'SOURCE', value: ({ source }) => inert(source), shrinks: true },
        { title: 'TELLS OF', value: ({ pack }) => pack.summary, shrinks: true },
      ];
      return {
        json: {
          packs: rows.map(({ pack, source, state }) => ({
            name: pack.name,
            summary: pack.summary,
            source,
            state,
          })),
        },
        text: renderTable(rows, columns, session),
      };
    },
  });
};
