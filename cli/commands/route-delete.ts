import { addCommand } from '../command.ts';
import { confirm } from '../confirm.ts';
import { findConfig } from '../find-config.ts';
import type { CommandFile } from '../command.ts';

type Options = { yes?: boolean };

export const addRouteDelete: CommandFile = (group, run) => {
  addCommand<Options>(group, run, {
    name: 'delete <name>',
    summary: 'Remove a route; its destinations stay',
    examples: ['tocsin route delete urgent --yes'],
    options(command) {
      command.option('-y, --yes', 'do not ask');
    },
    async run(session, options, name = '') {
      const { config } = await session.gateway();
      const route = await findConfig(config, 'route', name);
      await confirm(session, `Delete route ${JSON.stringify(route.name)}?`, options.yes);
      await config.delete('route', route.id);
      const isLast = (await config.list('route')).length === 0;
      return {
        json: { id: route.id, name: route.name, deleted: true },
        text:
          `Deleted route ${session.paint('bold', route.name)}` +
          (isLast
            ? '\nIt was the last one: every alert now goes to every enabled destination that takes its severity.'
            : ''),
      };
    },
  });
};
