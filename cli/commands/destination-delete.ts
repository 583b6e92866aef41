import { addCommand, type CommandFile } from '../command.ts';
import { confirm } from '../confirm.ts';
import { locateConfig } from '../config/find-config.ts';
import { refuseNamed, removeDestination } from '../destination/remove-destination.ts';
import { refuseLastTold } from '../destination/system-alerts.ts';
import { inert } from '../screen/terminal.ts';
import { TAKES_EFFECT } from '../words/takes-effect.ts';

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
      const gateway = await session.gateway();
      const { config } = gateway;
      const destination = await locateConfig(config, 'destination', name);
      const { id } = destination;
      const title = destination.name ?? id;
      await refuseNamed(config, id, title);
      await refuseLastTold(config, { id, name: title }, undefined);
      await confirm(session, `Delete destination ${JSON.stringify(title)} for good?`, options.yes);
      await removeDestination(gateway, destination);
      return {
        json: { id, name: destination.name ?? null, deleted: true },
        text: `Deleted destination ${session.paint('bold', inert(title))}; what is under way to it stops ${TAKES_EFFECT}, and what was sent to it stays listed`,
      };
    },
  });
};
