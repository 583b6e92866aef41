import { addCommand } from '../command.ts';
import { locateConfig } from '../config/find-config.ts';
import { removeInterval } from '../interval/remove-interval.ts';
import { inert } from '../screen/terminal.ts';
import type { CommandFile } from '../command.ts';

export const addIntervalDelete: CommandFile = (group, run) => {
  addCommand(group, run, {
    name: 'delete <name>',
    summary: 'Delete a time interval that no route names',
    examples: ['tocsin interval delete office-hours'],
    async run(session, _options, name = '') {
      const { config } = await session.gateway();
      const located = await locateConfig(config, 'interval', name);
      await removeInterval(config, located);
      return {
        json: { id: located.id, deleted: true },
        text: `Deleted interval ${session.paint('bold', inert(located.name ?? located.id))}`,
      };
    },
  });
};
