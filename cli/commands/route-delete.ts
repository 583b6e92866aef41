import { addCommand } from '../command.ts';
import { confirm } from '../confirm.ts';
import { deletedOrChanged } from '../config/changed-meanwhile.ts';
import { allOf, locateConfig } from '../config/find-config.ts';
import { inert } from '../screen/terminal.ts';
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
      const route = await locateConfig(config, 'route', name);
      const title = route.name ?? route.id;
      await confirm(session, `Delete route ${JSON.stringify(title)}?`, options.yes);
      const result = await config.delete(route);
      if (result !== 'changed') throw deletedOrChanged('route', title, result);
      const isLast = allOf(await config.list('route')).length === 0;
      return {
        json: { id: route.id, name: route.name ?? null, deleted: true },
        text:
          `Deleted route ${session.paint('bold', inert(title))}` +
          (isLast
            ? '\nIt was the last one: every alert now goes to every enabled destination that takes its severity.'
            : ''),
      };
    },
  });
};
