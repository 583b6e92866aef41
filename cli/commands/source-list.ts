import { addCommand } from '../command.ts';
import { renderTable } from '../table.ts';
import { relativeTime } from '../time.ts';
import { sourceView } from '../views.ts';
import type { Source } from '../../functions/core/model/source.ts';
import type { CommandFile } from '../command.ts';
import type { Column } from '../table.ts';

const EMPTY = 'No sources yet. Create one: tocsin source create --name siem --format generic';

export const addSourceList: CommandFile = (group, run) => {
  addCommand(group, run, {
    name: 'list',
    summary: 'List the sources',
    examples: ['tocsin source list', "tocsin source list --json | jq -r '.sources[].url'"],
    async run(session) {
      const { config, manifest } = await session.gateway();
      const sources = (await config.list('source')).sort((a, b) => a.name.localeCompare(b.name));
      const columns: Column<Source>[] = [
        { title: 'NAME', value: (source) => source.name, shrinks: true },
        { title: 'ID', value: (source) => source.id },
        { title: 'FORMAT', value: (source) => source.format },
        {
          title: 'AUTH',
          value: (source) => source.auth.type,
          paint: (source, text, paint) => (source.auth.type === 'none' ? paint('yellow', text) : text),
        },
        { title: 'CREATED', value: (source) => relativeTime(source.createdAt, session.nowMs) },
      ];
      return {
        json: { sources: sources.map((source) => sourceView(source, manifest)) },
        text: sources.length === 0 ? EMPTY : renderTable(sources, columns, session),
      };
    },
  });
};
