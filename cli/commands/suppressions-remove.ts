import { addCommand } from '../command.ts';
import { UnreadableConfigError } from '../../functions/core/model/config/unreadable-config.ts';
import { CliFailure } from '../failure.ts';
import { findMailDestination, requireAddress } from '../destination/mail-recipient.ts';
import type { CommandFile } from '../command.ts';
import { TOCSIN } from '../words/hint.ts';

type Options = { note?: string };

export const addSuppressionsRemove: CommandFile = (group, run) => {
  addCommand<Options>(group, run, {
    name: 'remove <name> <address>',
    summary: 'Mail for an address again, from now on',
    examples: ['tocsin suppressions remove oncall ana@example.com --note "mailbox mended"'],
    options(command) {
      command.option('--note <text>', 'why; kept in the history');
    },
    async run(session, options, name = '', text = '') {
      const address = requireAddress(text);
      const { config, suppressions } = await session.gateway();
      const destination = await findMailDestination(config, name);
      const before = await readable(suppressions.find(destination.id, address));
      const result = await suppressions.remove(destination.id, address, {
        action: 'removed',
        reason: 'by-operator',
        at: new Date(session.nowMs).toISOString(),
        by: 'operator',
        ...(options.note !== undefined && { detail: options.note }),
      });
      if (result === 'not-there') {
        throw new CliFailure(
          'not-found',
          `${JSON.stringify(address)} is not suppressed at ${JSON.stringify(destination.name)}; see: ${TOCSIN} suppressions list`,
        );
      }
      const isSesToo = before?.reason === 'bounced' || before?.reason === 'complained';
      return {
        json: { destination_id: destination.id, destination_name: destination.name, address, removed: true },
        text:
          `${session.paint('bold', address)} gets the mails of ${destination.name} again` +
          (isSesToo
            ? `\nSES keeps a list of its own: aws sesv2 delete-suppressed-destination --email-address ${address}`
            : ''),
      };
    },
  });
};

/** One that cannot be read is taken away as well. */
async function readable<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found;
  } catch (error) {
    if (error instanceof UnreadableConfigError) return undefined;
    throw error;
  }
}
