import { boundedMap } from '../../functions/core/bounded-map.ts';
import { addCommand } from '../command.ts';
import { CliFailure, wrongUsage } from '../failure.ts';
import { findConfig } from '../config/find-config.ts';
import { readWord } from '../records/list-options.ts';
import { showSenderTrouble } from '../destination/show-sender.ts';
import { shellWord } from '../../functions/core/text/shell-word.ts';
import { addTimeoutOption, readTimeout, testOutcome } from '../destination/test-destination.ts';
import { CHANNELS } from './setup.ts';
import type { Destination } from '../../functions/core/model/config/destination.ts';
import type { CommandFile } from '../command.ts';
import type { Gateway } from '../gateway.ts';
import { TOCSIN } from '../words/hint.ts';

type Options = { channel?: string; timeout?: string };

export const addTest: CommandFile = (program, run) => {
  addCommand<Options>(program, run, {
    name: 'test [name]',
    summary:
      'Send a test alert to every enabled destination of a channel, or to one, and tell what came of it',
    examples: [
      'tocsin test --channel webhook',
      'tocsin test --channel email oncall',
      "tocsin test --channel webhook --json | jq '.destinations[].ok'",
    ],
    options(command) {
      command.option('--channel <channel>', 'email or webhook (required)');
      addTimeoutOption(command);
    },
    async run(session, options, name) {
      const timeoutSeconds = readTimeout(options.timeout);
      const channel = readWord('--channel', options.channel, CHANNELS);
      if (channel === undefined) throw wrongUsage('--channel: missing; expected email or webhook');
      const gateway = await session.gateway();
      const destinations =
        name === undefined ? await enabledOf(gateway, channel) : [await namedOf(gateway, channel, name)];
      const trouble = await showSenderTrouble(session, gateway, destinations);
      const results = await boundedMap(destinations, destinations.length, async (destination) =>
        testOutcome(session, gateway, destination, timeoutSeconds),
      );
      const failed = results.filter(({ hasFailed }) => hasFailed === true).length;
      const { paint } = session;
      const summary =
        failed === 0
          ? paint('green', `${results.length} of ${results.length} delivered`)
          : paint('red', `${failed} of ${results.length} FAILED`);
      return {
        hasFailed: failed > 0,
        json: {
          ok: failed === 0,
          channel,
          destinations: results.map(({ json }) => json),
          sender_trouble: trouble,
        },
        text: [...results.map(({ text }) => text), ...(results.length > 1 ? [summary] : [])].join('\n\n'),
      };
    },
  });
};

async function enabledOf(gateway: Gateway, channel: string): Promise<Destination[]> {
  const ofChannel = (await gateway.config.list('destination')).readable.filter(
    (destination) => destination.channel === channel,
  );
  const enabled = ofChannel.filter(({ isEnabled }) => isEnabled);
  if (enabled.length > 0) return enabled;
  throw new CliFailure(
    'nothing-to-test',
    ofChannel.length === 0
      ? `there is no ${channel} destination yet; make one with: ${TOCSIN} setup --channel ${channel}`
      : `no ${channel} destination is enabled (disabled: ${ofChannel.map(({ name }) => name).join(', ')}); see: ${TOCSIN} destination enable --help`,
  );
}

async function namedOf(gateway: Gateway, channel: string, name: string): Promise<Destination> {
  const destination = await findConfig(gateway.config, 'destination', name);
  if (destination.channel === channel) return destination;
  throw new CliFailure(
    'other-channel',
    `destination ${JSON.stringify(destination.name)} is of channel ${destination.channel}; try: ${TOCSIN} test --channel ${destination.channel} ${shellWord(destination.name)}`,
  );
}
