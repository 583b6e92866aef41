import { addCommand } from '../command.ts';
import { CliFailure, wrongUsage } from '../failure.ts';
import { readWord } from '../records/list-options.ts';
import { promptsOf, PromptsLeft } from '../prompts.ts';
import { setupEmail } from '../setup/setup-email.ts';
import { setupWebhook } from '../setup/setup-webhook.ts';
import { DESTINATION_SETTINGS } from '../../functions/core/config/settings/destination-settings.ts';
import { EMAIL_SETTINGS } from '../../functions/core/config/settings/email-settings.ts';
import { WEBHOOK_SETTINGS } from '../../functions/core/config/settings/webhook-settings.ts';
import { addSettings, strayOf } from '../config/settings.ts';
import type { EmailOptions } from '../destination/email-options.ts';
import type { WebhookOptions } from '../destination/create-webhook.ts';
import { addTimeoutOption, readTimeout } from '../destination/test-destination.ts';
import type { CommandFile, CommandResult } from '../command.ts';
import type { Settings } from '../../functions/core/config/settings/setting.ts';
import type { Prompts } from '../prompts.ts';
import type { Session } from '../session.ts';

type Options = EmailOptions &
  WebhookOptions & {
    channel?: string;
    yes?: boolean;
    test?: boolean;
    timeout?: string;
  };

export const CHANNELS = ['email', 'webhook'] as const;

const LISTS: Record<(typeof CHANNELS)[number], Settings> = {
  email: EMAIL_SETTINGS,
  webhook: WEBHOOK_SETTINGS,
};

export const addSetup: CommandFile = (program, run) => {
  addCommand<Options>(program, run, {
    name: 'setup',
    summary: 'Ask for what a destination needs, check it, create it and send a test alert',
    examples: [
      'tocsin setup --channel webhook',
      'tocsin setup --channel email',
      'tocsin setup --channel webhook --name siem --url https://siem.example.com/hook --auth hmac --yes',
      'pass show mail | tocsin setup --channel email --name oncall --to oncall@example.com --transport smtp --smtp-host smtp.example.com --smtp-user alerts@example.com --from alerts@example.com --password-stdin',
      'tocsin setup --channel email --name oncall --to oncall@example.com --role it_admin --no-test --json',
      'pass show siem | tocsin setup --channel webhook --name siem --url https://siem.example.com/hook --auth bearer --secret-stdin',
    ],
    options(command) {
      command.option('--channel <channel>', 'email or webhook');
      addSettings(command, 'setup', { list: DESTINATION_SETTINGS });
      command
        .option('-y, --yes', 'create it without a last question, even when a check failed')
        .option('--no-test', 'send no test alert');
      addTimeoutOption(command);
      command.optionsGroup('Options of a webhook:');
      addSettings(command, 'setup', { list: WEBHOOK_SETTINGS });
      command.optionsGroup('Options of e-mail:');
      addSettings(command, 'setup', { list: EMAIL_SETTINGS });
      command.addHelpText(
        'after',
        '\nWhat an option says is not asked. Without a terminal, and with --json, nothing\nis asked. Ctrl-C before the last answer: nothing was created, exit status 130.',
      );
    },
    async run(session, options) {
      const prompts = promptsOf(session.io, session.isJson);
      try {
        return await setup(session, prompts, options);
      } catch (error) {
        if (!(error instanceof PromptsLeft)) throw error;
        throw new CliFailure('left', 'nothing was created', { exitCode: 130, cause: error });
      }
    },
  });
};

async function setup(
  session: Session,
  prompts: Prompts | undefined,
  { channel: word, yes, test, timeout, ...options }: Options,
): Promise<CommandResult> {
  const timeoutSeconds = readTimeout(timeout);
  const channel: (typeof CHANNELS)[number] | undefined =
    readWord('--channel', word, CHANNELS) ??
    (await prompts?.choice({
      message: 'How should alerts arrive?',
      choices: [
        { value: 'webhook' as const, name: 'webhook', description: 'a POST to an HTTPS URL' },
        { value: 'email' as const, name: 'email', description: 'a mail to each recipient' },
      ],
    }));
  if (channel === undefined) throw wrongUsage('--channel: missing; expected email or webhook');
  const other = channel === 'email' ? 'webhook' : 'email';
  const stray = strayOf(LISTS[other], LISTS[channel], options);
  if (stray.length > 0) throw wrongUsage(`${stray.join(', ')}: only with --channel ${other}`);
  const ending = {
    timeoutSeconds,
    ...(yes !== undefined && { yes }),
    ...(test !== undefined && { test }),
  };
  return channel === 'email'
    ? setupEmail(session, prompts, options, ending)
    : setupWebhook(session, prompts, options, ending);
}
