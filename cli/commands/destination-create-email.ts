import { addCommand } from '../command.ts';
import {
  addEmailOptions,
  createdEmailView,
  describeCreatedEmail,
  prepareEmail,
  storeEmail,
} from '../create-email.ts';
import { shellWord } from '../terminal.ts';
import { addMinSeverityOption, addNameOption } from '../webhook-options.ts';
import type { CommandFile } from '../command.ts';
import type { EmailOptions } from '../create-email.ts';

export const addDestinationCreateEmail: CommandFile = (group, run) => {
  addCommand<EmailOptions>(group, run, {
    name: 'email',
    summary: 'Send alerts to e-mail addresses, each in a mail of its own',
    examples: [
      'tocsin destination create email --name oncall --to oncall@example.com',
      'tocsin destination create email --name board --to ana@example.com,ben@example.com --role executive --min-severity critical',
    ],
    options(command) {
      addNameOption(command, ' (required)');
      addEmailOptions(command, ' (required)');
      addMinSeverityOption(command);
    },
    async run(session, options) {
      const settings = prepareEmail(options);
      const { manifest } = await session.gateway();
      const destination = await storeEmail(session, settings);
      return {
        json: createdEmailView(destination),
        text: `${describeCreatedEmail(session, destination, manifest.emailFrom)}\n\nTry it: tocsin destination test ${shellWord(destination.name)}`,
      };
    },
  });
};
