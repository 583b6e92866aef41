import { addCommand } from '../command.ts';
import { lookupView } from '../lookup/save-lookup.ts';
import { renderTable } from '../screen/table.ts';
import { inert } from '../screen/terminal.ts';
import { relativeTime } from '../words/time.ts';
import type { Lookup } from '../../functions/core/model/config/lookup.ts';
import type { CommandFile } from '../command.ts';
import type { Column } from '../screen/table.ts';

export const addLookupList: CommandFile = (group, run) => {
  addCommand(group, run, {
    name: 'list',
    summary: 'List the tables that add labels to alerts',
    examples: ['tocsin lookup list'],
    async run(session) {
      const { config } = await session.gateway();
      const { readable, unreadable } = await config.list('lookup');
      const lookups = readable.toSorted((a, b) => a.name.localeCompare(b.name));
      const columns: Column<Lookup>[] = [
        { title: 'NAME', value: ({ name }) => inert(name), shrinks: true },
        { title: 'LABEL', value: ({ label }) => inert(label) },
        { title: 'VALUES', value: ({ entries }) => String(Object.keys(entries).length) },
        { title: 'ADDS', value: ({ entries }) => namesIn(entries).map(inert).join(', '), shrinks: true },
        { title: 'CHANGED', value: ({ updatedAt }) => relativeTime(updatedAt, session.nowMs), mayDrop: true },
      ];
      return {
        json: { lookups: lookups.map(lookupView) },
        text: lookups.length === 0 ? 'No table adds labels.' : renderTable(lookups, columns, session),
        unreadable,
      };
    },
  });
};

function namesIn(entries: Lookup['entries']): string[] {
  return [...new Set(Object.values(entries).flatMap((labels) => Object.keys(labels)))].toSorted();
}
