import { SILENCE_SETTINGS } from '../../functions/core/config/settings/silence-settings.ts';
import { addCommand } from '../command.ts';
import { findConfig } from '../config/find-config.ts';
import { linesOf } from '../config/settings.ts';
import { renderFields } from '../screen/table.ts';
import { inert } from '../screen/terminal.ts';
import { describeExceptions } from '../silence/read-silence.ts';
import { silenceView } from '../silence/views.ts';
import { phaseOf, type Silence } from '../../functions/core/model/config/silence.ts';
import type { CommandFile } from '../command.ts';

export const addSilenceShow: CommandFile = (group, run) => {
  addCommand(group, run, {
    name: 'show <id>',
    summary: 'Show a silence',
    examples: ['tocsin silence show sil_5Hq0Zc1u8mTn2b7X'],
    async run(session, _options, id = '') {
      const { config } = await session.gateway();
      const silence = await findConfig(config, 'silence', id);
      const lines = linesOf<Silence>(SILENCE_SETTINGS, silence).map(
        ([label, value]): [string, string | undefined] => [
          label,
          value?.split('\n').map(inert).join('\nor '),
        ],
      );
      return {
        json: silenceView(silence, session.nowMs),
        text: `${renderFields(
          [['id', silence.id], ['state', phaseOf(silence, session.nowMs)], ...lines],
          session.paint,
        )}\n\n${describeExceptions(silence.matcherSets)}`,
      };
    },
  });
};
