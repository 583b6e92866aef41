import { addCommand } from '../command.ts';
import { checkSender } from '../check-sender.ts';
import { findConfig } from '../find-config.ts';
import { showChecks } from '../setup-checks.ts';
import { addTimeoutOption, readTimeout, testDestination } from '../test-destination.ts';
import type { CommandFile } from '../command.ts';

type Options = { timeout?: string };

export const addDestinationTest: CommandFile = (group, run) => {
  addCommand<Options>(group, run, {
    name: 'test <name>',
    summary: 'Send a test alert the real way, with the stored configuration, and tell what came of it',
    examples: ['tocsin destination test siem', 'tocsin destination test oncall --timeout 2m'],
    options: addTimeoutOption,
    async run(session, options, name = '') {
      const timeoutSeconds = readTimeout(options.timeout);
      const gateway = await session.gateway();
      const destination = await findConfig(gateway.config, 'destination', name);
      if (destination.channel === 'email' && destination.transport === undefined) {
        const checks = await checkSender(
          gateway,
          destination.recipients.map(({ address }) => address),
        );
        const odd = checks.filter(({ result }) => result !== 'ok');
        if (odd.length > 0) showChecks(session, `SES, which sends as ${gateway.manifest.emailFrom}`, odd);
      }
      return testDestination(session, gateway, destination, timeoutSeconds);
    },
  });
};
