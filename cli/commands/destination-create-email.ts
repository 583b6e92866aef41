import { parseDestination } from '../../functions/core/config/parse-destination.ts';
import { addCommand, collectedList } from '../command.ts';
import { createConfig } from '../create-config.ts';
import { refusedSettings } from '../failure.ts';
import { randomOf } from '../io.ts';
import { randomConfigId } from '../random-id.ts';
import { indented, renderFields } from '../table.ts';
import { shellWord } from '../terminal.ts';
import { destinationRules } from '../webhook-rules.ts';
import type { Destination } from '../../functions/core/model/destination.ts';
import type { CommandFile } from '../command.ts';

type Options = { name?: string; to?: string[]; role?: string; locked?: boolean; minSeverity?: string };

const FLAGS = {
  name: '--name',
  recipients: '--to',
  'recipients.address': '--to',
  'recipients.role': '--role',
  minSeverity: '--min-severity',
};

export const addDestinationCreateEmail: CommandFile = (group, run) => {
  addCommand<Options>(group, run, {
    name: 'email',
    summary: 'Send alerts to e-mail addresses, each in a mail of its own',
    examples: [
      'tocsin destination create email --name oncall --to oncall@example.com',
      'tocsin destination create email --name board --to ana@example.com,ben@example.com --role executive --min-severity critical',
    ],
    options(command) {
      command
        .option('--name <name>', 'what you call it (required)')
        .option('--to <addresses>', 'e-mail addresses, separated by commas (required)', collectedList)
        .option(
          '--role <role>',
          'what the mail tells them: it_admin, developer or executive (default: it_admin)',
        )
        .option('--locked', 'they cannot leave by the unsubscribe link in the mail')
        .option(
          '--min-severity <severity>',
          'only this severity and above: info, low, medium, high or critical',
        );
    },
    async run(session, options) {
      const settings = parseDestination(
        {
          channel: 'email',
          name: options.name,
          recipients: options.to?.map((address) => ({
            address,
            role: options.role,
            ...(options.locked === true && { isLocked: true }),
          })),
          minSeverity: options.minSeverity,
        },
        destinationRules([]),
      );
      if (!settings.ok) throw refusedSettings(onePerRole(settings.problems), FLAGS);
      const gateway = await session.gateway();
      const now = new Date(session.nowMs).toISOString();
      const destination: Destination = {
        id: randomConfigId('dst', randomOf(session.io)),
        ...settings.value,
        isEnabled: true,
        version: 1,
        createdAt: now,
        updatedAt: now,
      };
      await createConfig(gateway, 'destination', destination);
      const fields = renderFields(
        [
          ['id', destination.id],
          ['to', (options.to ?? []).join('\n')],
          ['from', gateway.manifest.emailFrom],
          [
            'takes',
            destination.minSeverity === undefined ? 'every severity' : `${destination.minSeverity} and above`,
          ],
        ],
        session.paint,
      );
      return {
        json: { id: destination.id, name: destination.name, channel: 'email', secret: null },
        text: `${session.paint('green', 'Created')} destination ${session.paint('bold', destination.name)}\n\n${indented(fields)}\n\nTry it: tocsin destination test ${shellWord(destination.name)}`,
      };
    },
  });
};

/** One `--role` serves every address, so its problem is told once. */
function onePerRole<T extends { path: string; message: string }>(problems: readonly T[]): T[] {
  return problems.filter(
    (problem, index) =>
      !problem.path.endsWith('.role') ||
      problems.findIndex((other) => other.path.endsWith('.role')) === index,
  );
}
