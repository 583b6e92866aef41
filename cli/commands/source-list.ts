import { judgeSource } from '../../functions/core/watch/source-health.ts';
import { addCommand } from '../command.ts';
import { renderTable } from '../screen/table.ts';
import { relativeTime } from '../words/time.ts';
import { sourceView } from '../words/views.ts';
import { CONDITION_STYLE } from '../screen/condition-style.ts';
import type { SourceCondition } from '../../functions/core/watch/source-health.ts';
import type { Source } from '../../functions/core/model/config/source.ts';
import type { CommandFile } from '../command.ts';
import type { Column } from '../screen/table.ts';
import { TOCSIN } from '../words/hint.ts';

const EMPTY = `No sources yet. Create one: ${TOCSIN} source create --name siem --format generic`;

export const addSourceList: CommandFile = (group, run) => {
  addCommand(group, run, {
    name: 'list',
    summary: 'List the sources',
    examples: ['tocsin source list', "tocsin source list --json | jq -r '.sources[].url'"],
    async run(session) {
      const { config, manifest, sourceHealth } = await session.gateway();
      const { readable, unreadable } = await config.list('source');
      const sources = readable.sort((a, b) => a.name.localeCompare(b.name));
      const health = await sourceHealth.read(sources.map(({ id }) => id));
      const conditions = new Map(
        sources.map((source) => [
          source.id,
          judgeSource(source, health.get(source.id), session.nowMs).condition,
        ]),
      );
      const conditionOf = (source: Source): SourceCondition => conditions.get(source.id) ?? 'never-seen';
      const columns: Column<Source>[] = [
        { title: 'NAME', value: (source) => source.name, shrinks: true },
        { title: 'ID', value: (source) => source.id },
        { title: 'FORMAT', value: (source) => source.format },
        {
          title: 'AUTH',
          value: (source) => source.auth.type,
          paint: (source, text, paint) => (source.auth.type === 'none' ? paint('yellow', text) : text),
          mayDrop: true,
        },
        {
          title: 'HEALTH',
          value: conditionOf,
          paint: (source, text, paint) => paint(CONDITION_STYLE[conditionOf(source)], text),
        },
        {
          title: 'LAST ACCEPTED',
          value: (source) => relativeTime(health.get(source.id)?.lastAcceptedAt, session.nowMs),
          mayDrop: true,
        },
        { title: 'CREATED', value: (source) => relativeTime(source.createdAt, session.nowMs), mayDrop: true },
      ];
      return {
        json: {
          sources: sources.map((source) => ({
            ...sourceView(source, manifest),
            health: conditionOf(source),
            last_accepted_at: health.get(source.id)?.lastAcceptedAt ?? null,
          })),
        },
        text:
          sources.length === 0 && unreadable.length === 0 ? EMPTY : renderTable(sources, columns, session),
        unreadable,
      };
    },
  });
};
