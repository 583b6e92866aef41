import { printMatchers } from '../../functions/core/match/matcher.ts';
import { addCommand } from '../command.ts';
import { renderTable } from '../screen/table.ts';
import { inert } from '../screen/terminal.ts';
import { silenceView } from '../silence/views.ts';
import { relativeTime } from '../words/time.ts';
import { phaseOf, type Silence } from '../../functions/core/model/config/silence.ts';
import type { CommandFile } from '../command.ts';
import type { Column } from '../screen/table.ts';

type Options = { author?: string; comment?: string; all?: boolean };

export const addSilenceList: CommandFile = (group, run) => {
  addCommand<Options>(group, run, {
    name: 'list',
    summary: 'List the silences that are not over, the one that ends first on top',
    examples: ['tocsin silence list', 'tocsin silence list --author ana --all', 'tocsin silence list --json'],
    options(command) {
      command
        .option('--author <text>', 'only those whose author has this in its name')
        .option('--comment <text>', 'only those whose comment has this in it')
        .option('--all', 'those that have ended too; they are kept for 30 days');
    },
    async run(session, options) {
      const { config } = await session.gateway();
      const { readable, unreadable } = await config.list('silence');
      const silences = readable
        .filter((silence) => options.all === true || phaseOf(silence, session.nowMs) !== 'ended')
        .filter(({ author, comment }) => has(author, options.author) && has(comment, options.comment))
        .toSorted((a, b) => Date.parse(a.endsAt) - Date.parse(b.endsAt));
      const columns: Column<Silence>[] = [
        { title: 'ID', value: ({ id }) => id },
        { title: 'STATE', value: (silence) => phaseOf(silence, session.nowMs) },
        {
          title: 'COVERS',
          value: ({ matcherSets }) => matcherSets.map((set) => inert(printMatchers(set))).join(' or '),
          shrinks: true,
          floor: 24,
        },
        { title: 'ENDS', value: ({ endsAt }) => relativeTime(endsAt, session.nowMs) },
        { title: 'BY', value: ({ author }) => inert(author), shrinks: true, mayDrop: true },
        { title: 'WHY', value: ({ comment }) => inert(comment), shrinks: true },
      ];
      return {
        json: { silences: silences.map((silence) => silenceView(silence, session.nowMs)) },
        text: silences.length === 0 ? 'Nothing is silenced.' : renderTable(silences, columns, session),
        unreadable,
      };
    },
  });
};

function has(text: string, part: string | undefined): boolean {
  return part === undefined || text.toLowerCase().includes(part.toLowerCase());
}
