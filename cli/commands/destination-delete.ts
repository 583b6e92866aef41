import { addCommand } from '../command.ts';
import { confirm } from '../confirm.ts';
import { CliFailure } from '../failure.ts';
import { findConfig } from '../find-config.ts';
import type { CommandFile } from '../command.ts';

type Options = { yes?: boolean };

export const addDestinationDelete: CommandFile = (group, run) => {
  addCommand<Options>(group, run, {
    name: 'delete <name>',
    summary: 'Remove a destination and its secret; what is under way to it is suppressed',
    examples: ['tocsin destination delete siem --yes'],
    options(command) {
      command.option('-y, --yes', 'do not ask');
    },
    async run(session, options, name = '') {
      const { config, secrets } = await session.gateway();
      const destination = await findConfig(config, 'destination', name);
      const routes = (await config.list('route')).filter((route) =>
        route.destinationIds.includes(destination.id),
      );
      if (routes.length > 0) {
        // Without it those routes would match alerts and send them nowhere.
        const names = routes.map((route) => route.name).join(', ');
        throw new CliFailure(
          'in-use',
          `destination ${JSON.stringify(destination.name)} is named by routes (${names}); delete those first, or disable the destination`,
        );
      }
      await confirm(session, `Delete destination ${JSON.stringify(destination.name)} for good?`, options.yes);
      await config.delete('destination', destination.id);
      if (destination.channel === 'webhook' || destination.transport !== undefined)
        await secrets.delete('destination', destination.id);
      return {
        json: { id: destination.id, name: destination.name, deleted: true },
        text: `Deleted destination ${session.paint('bold', destination.name)}; what was sent to it stays listed`,
      };
    },
  });
};
