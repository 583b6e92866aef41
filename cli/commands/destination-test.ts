import { addCommand } from '../command.ts';
import { findConfig } from '../config/find-config.ts';
import { showSenderTrouble } from '../destination/show-sender.ts';
import { addTimeoutOption, readTimeout, testDestination } from '../destination/test-destination.ts';
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
      const trouble = await showSenderTrouble(session, gateway, [destination]);
      const result = await testDestination(session, gateway, destination, timeoutSeconds);
      return { ...result, json: { ...(result.json as object), sender_trouble: trouble } };
    },
  });
};
