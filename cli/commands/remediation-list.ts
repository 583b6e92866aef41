import { DEFAULT_REMEDIATION } from '../../functions/core/deliver/email/compose/default-remediation.ts';
import { addCommand } from '../command.ts';
import { renderTable } from '../screen/table.ts';
import { inert } from '../screen/terminal.ts';
import { relativeTime } from '../words/time.ts';
import type { CommandFile } from '../command.ts';
import type { Column } from '../screen/table.ts';

type Row = { type: string; steps: readonly string[]; url?: string; updatedAt?: string };

export const addRemediationList: CommandFile = (group, run) => {
  addCommand(group, run, {
    name: 'list',
    summary: 'List what is to be done, by type; the first entry that matches counts',
    examples: ['tocsin remediation list', "tocsin remediation list --json | jq '.remediation[].steps'"],
    async run(session) {
      const { remediation } = await session.gateway();
      const { readable, unreadable } = await remediation.list();
      const rows: Row[] = [...readable, ...DEFAULT_REMEDIATION];
      const columns: Column<Row>[] = [
        { title: 'TYPE', value: (row) => row.type },
        { title: 'STEPS', value: (row) => row.steps.map(inert).join(' / '), shrinks: true, floor: 24 },
        { title: 'MORE', value: (row) => row.url ?? '', shrinks: true, mayDrop: true },
        {
          title: 'SET',
          value: (row) =>
            row.updatedAt === undefined ? 'built in' : relativeTime(row.updatedAt, session.nowMs),
        },
      ];
      return {
        json: {
          remediation: rows.map(({ type, steps, url, updatedAt }) => ({
            type,
            steps,
            url: url ?? null,
            updated_at: updatedAt ?? null,
            is_built_in: updatedAt === undefined,
          })),
        },
        text: renderTable(rows, columns, session),
        unreadable,
      };
    },
  });
};
