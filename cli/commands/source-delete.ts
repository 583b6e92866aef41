import { addCommand } from '../command.ts';
import { confirm } from '../confirm.ts';
import { locateConfig } from '../config/find-config.ts';
import { CliFailure } from '../failure.ts';
import { comesBack } from '../source/comes-back.ts';
import { removeSource } from '../source/remove-source.ts';
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
      const gateway = await session.gateway();
      const { config } = gateway;
      const source = await locateConfig(config, 'source', name);
      const title = source.name ?? source.id;
      const refusal = comesBack(gateway.manifest, source.id, title);
      if (refusal !== undefined)
        throw new CliFailure('comes-back', `source ${JSON.stringify(title)} ${refusal}`);
      await confirm(session, `Delete source ${JSON.stringify(title)} and its secret for good?`, options.yes);
      const routes = (await config.list('route')).readable.filter((route) =>
        route.condition.sourceIds?.includes(source.id),
      );
      await removeSource(gateway, source);
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
