import { suppressRecipient } from '../../functions/core/recipients/suppress-recipient.ts';
import { addCommand } from '../command.ts';
import { findMailDestination, requireAddress } from '../destination/mail-recipient.ts';
import type { CommandFile } from '../command.ts';

type Options = { note?: string };

export const addSuppressionsAdd: CommandFile = (group, run) => {
  addCommand<Options>(group, run, {
    name: 'add <name> <address>',
    summary: 'No more mail for one address; the others are told',
    examples: ['tocsin suppressions add oncall ana@example.com --note "on leave until May"'],
    options(command) {
      command.option('--note <text>', 'why; kept with the suppression');
    },
    async run(session, options, name = '', text = '') {
      const address = requireAddress(text);
      const { alerts, config, manifest, suppressions } = await session.gateway();
      const destination = await findMailDestination(config, name);
      const result = await suppressRecipient(
        destination,
        {
          destination_id: destination.id,
          address,
          reason: 'by-operator',
          at: new Date(session.nowMs).toISOString(),
          by: 'operator',
          ...(options.note !== undefined && { detail: options.note }),
        },
        { suppressions, alerts, clock: session.io.clock, tenantId: manifest.secretPrefix },
      );
      const held = await suppressions.find(destination.id, address);
      const who = `${session.paint('bold', address)} at ${destination.name}`;
      const isRecipient = destination.recipients.some((one) => one.address.toLowerCase() === address);
      return {
        json: { ...held, destination_name: destination.name, changed: result === 'added' },
        text:
          (result === 'added'
            ? `Suppressed ${who}`
            : `Nothing to do: ${who} is suppressed already (${held?.reason ?? ''})`) +
          (isRecipient ? '' : '\nIt is no recipient there now; should it become one, it gets no mail.'),
      };
    },
  });
};
