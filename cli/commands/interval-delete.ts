import { addCommand } from '../command.ts';
import { deletedOrChanged } from '../config/changed-meanwhile.ts';
import { locateConfig } from '../config/find-config.ts';
import { CliFailure } from '../failure.ts';
import { routesNaming } from '../interval/views.ts';
import { inert } from '../screen/terminal.ts';
import { TOCSIN } from '../words/hint.ts';
import type { CommandFile } from '../command.ts';

export const addIntervalDelete: CommandFile = (group, run) => {
  addCommand(group, run, {
    name: 'delete <name>',
    summary: 'Delete a time interval that no route names',
    examples: ['tocsin interval delete office-hours'],
    async run(session, _options, name = '') {
      const { config } = await session.gateway();
      const located = await locateConfig(config, 'interval', name);
      const naming = routesNaming((await config.list('route')).readable, located.id);
      if (naming.length > 0) {
        const routes = naming.map((route) => JSON.stringify(route.name)).join(', ');
        throw new CliFailure(
          'in-use',
          `interval ${JSON.stringify(located.name ?? located.id)} is named by ${routes}; take it away first, for example: ${TOCSIN} route update ${inert(naming[0]?.name ?? '')} --active any --muted any`,
        );
      }
      const result = await config.delete(located);
      if (result !== 'changed') throw deletedOrChanged('interval', name, result);
      return {
        json: { id: located.id, deleted: true },
        text: `Deleted interval ${session.paint('bold', inert(located.name ?? located.id))}`,
      };
    },
  });
};
