import { addCommand, type CommandFile } from '../command.ts';
import { confirm } from '../confirm.ts';
import { CliFailure } from '../failure.ts';
import { deletedOrChanged } from '../config/changed-meanwhile.ts';
import { allOf, locateConfig } from '../config/find-config.ts';
import { inert } from '../screen/terminal.ts';
import type { ConfigStore } from '../../functions/core/operator/ports.ts';

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
      const destination = await locateConfig(config, 'destination', name);
      const { id } = destination;
      const title = destination.name ?? id;
      await refuseNamed(config, id, title);
      await confirm(session, `Delete destination ${JSON.stringify(title)} for good?`, options.yes);
      const result = await config.delete(destination);
      if (result !== 'changed') throw deletedOrChanged('destination', title, result);
      try {
        await refuseNamed(config, id, title);
      } catch (error) {
        // A route was created meanwhile. The secret is there still, so nothing is lost.
        await config.restore(destination);
        throw error;
      }
      // Also of one that has no use for a secret now: it may have had one.
      await secrets.delete('destination', id);
      return {
        json: { id, name: destination.name ?? null, deleted: true },
        text: `Deleted destination ${session.paint('bold', inert(title))}; what was sent to it stays listed`,
      };
    },
  });
};

/** Without it those routes would match alerts and send them nowhere. */
async function refuseNamed(config: ConfigStore, id: string, title: string): Promise<void> {
  const { readable, unreadable } = await config.list('route');
  const naming = allOf({
    readable: readable.filter(({ destinationIds }) => destinationIds.includes(id)),
    unreadable: unreadable.filter(({ destinationIds }) => destinationIds.includes(id)),
  });
  if (naming.length === 0) return;
  throw new CliFailure(
    'in-use',
    `destination ${JSON.stringify(title)} is named by routes (${naming.map(({ name }) => name).join(', ')}); delete those first, or disable the destination`,
  );
}
