import { EMAIL_SETTINGS } from '../../functions/core/config/settings/email-settings.ts';
import { addCommand, type CommandFile } from '../command.ts';
import { addSettings } from '../config/settings.ts';
import { refusedLogin } from '../destination/check-mail-server.ts';
import {
  createdEmailView,
  describeCreatedEmail,
  prepareEmail,
  storeEmail,
} from '../destination/create-email.ts';
import { addNoCheckOption, type EmailOptions } from '../destination/email-options.ts';
import { shellWord } from '../../functions/core/text/shell-word.ts';
import { TOCSIN } from '../words/hint.ts';

export const addDestinationCreateEmail: CommandFile = (group, run) => {
  addCommand<EmailOptions>(group, run, {
    name: 'email',
    summary: 'Send alerts to e-mail addresses, each in a mail of its own',
    examples: [
      'tocsin destination create email --name oncall --to oncall@example.com',
      'pass show mail | tocsin destination create email --name oncall --to oncall@example.com --transport smtp --smtp-host smtp.example.com --smtp-user alerts@example.com --from alerts@example.com --password-stdin',
      'tocsin destination create email --name board --to ana@example.com,ben@example.com --role executive --min-severity critical',
    ],
    options(command) {
      addSettings(command, 'create', { list: EMAIL_SETTINGS });
      addNoCheckOption(command);
    },
    async run(session, options) {
      const prepared = await prepareEmail(session, options);
      const { manifest } = await session.gateway();
      const { transport } = prepared.settings;
      const untried =
        transport === undefined || options.check === false
          ? undefined
          : await refusedLogin(session, transport, prepared.secret ?? {}, prepared.allow);
      const destination = await storeEmail(session, prepared);
      return {
        json: createdEmailView(destination),
        text: `${describeCreatedEmail(session, destination, manifest.emailFrom)}${untried === undefined ? '' : `\n\n${untried}`}\n\nTry it: ${TOCSIN} destination test ${shellWord(destination.name)}`,
      };
    },
  });
};
