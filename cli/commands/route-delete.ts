import { addCommand } from '../command.ts';
import { CliFailure } from '../failure.ts';
import { isDefaultRoute } from '../route/default-route.ts';
import { describeEffect, effectView, measureEffect, readConfigured } from '../route/measure-effect.ts';
import { confirm } from '../confirm.ts';
import { deletedOrChanged } from '../config/changed-meanwhile.ts';
import { locateConfig } from '../config/find-config.ts';
import { inert } from '../screen/terminal.ts';
import type { CommandFile } from '../command.ts';
import { TOCSIN } from '../words/hint.ts';

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
      if (isDefaultRoute(name)) {
        throw new CliFailure(
          'always-there',
          `the route "default" cannot be deleted; to tell everybody by it again: ${TOCSIN} route update default --to all`,
        );
      }
      const gateway = await session.gateway();
      const { config } = gateway;
      const route = await locateConfig(config, 'route', name);
      const title = route.name ?? route.id;
      const configured = await readConfigured(gateway);
      const isOther = ({ id }: { id: string }) => id !== route.id;
      const { readable, unreadable } = configured.routes;
      const effect = await measureEffect(session, gateway, configured, {
        readable: readable.filter(isOther),
        unreadable: unreadable.filter(isOther),
      });
      session.note(describeEffect(effect));
      await confirm(session, `Delete route ${JSON.stringify(title)}?`, options.yes);
      const result = await config.delete(route);
      if (result !== 'changed') throw deletedOrChanged('route', title, result);
      return {
        json: { id: route.id, name: route.name ?? null, deleted: true, effect: effectView(effect) },
        text: `Deleted route ${session.paint('bold', inert(title))}\n${describeEffect(effect)}`,
      };
    },
  });
};
