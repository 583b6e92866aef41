import { addCommand } from '../command.ts';
import { confirm } from '../confirm.ts';
import { deletedOrChanged } from '../config/changed-meanwhile.ts';
import { locateConfig } from '../config/find-config.ts';
import { inert } from '../screen/terminal.ts';
import type { CommandFile } from '../command.ts';

type Options = { yes?: boolean };

export const addSourceDelete: CommandFile = (group, run) => {
  addCommand<Options>(group, run, {
    name: 'delete <name>',
    summary: 'Remove a source and its secret; its URL answers 401 from then on',
    examples: ['tocsin source delete ci --yes'],
    options(command) {
      command.option('-y, --yes', 'do not ask');
    },
    async run(session, options, name = '') {
      const { config, secrets, sourceHealth } = await session.gateway();
      const source = await locateConfig(config, 'source', name);
      const title = source.name ?? source.id;
      await confirm(session, `Delete source ${JSON.stringify(title)} and its secret for good?`, options.yes);
      const routes = (await config.list('route')).readable.filter((route) =>
        route.condition.sourceIds?.includes(source.id),
      );
      // The item first: a source without its secret would answer 503 instead of 401.
      const result = await config.delete(source);
      if (result !== 'changed') throw deletedOrChanged('source', title, result);
      // Also of one that has no use for a secret now: it may have had one.
      await secrets.delete('source', source.id);
      await sourceHealth.delete(source.id);
      const left = routes.map((route) => route.name);
      return {
        json: { id: source.id, name: source.name ?? null, deleted: true, routes_without_it: left },
        text:
          `Deleted source ${session.paint('bold', inert(title))}; alerts that it sent stay listed` +
          (left.length === 0
            ? ''
            : `\nRoutes that still name it and match nothing from it: ${left.join(', ')}`),
      };
    },
  });
};
