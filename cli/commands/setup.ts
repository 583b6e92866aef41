import { addCommand } from '../command.ts';
import { addEmailOptions } from '../destination/create-email.ts';
import { CliFailure, wrongUsage } from '../failure.ts';
import { readWord } from '../records/list-options.ts';
import { promptsOf, PromptsLeft } from '../prompts.ts';
import { setupEmail } from '../setup/setup-email.ts';
import { setupWebhook } from '../setup/setup-webhook.ts';
import { MAIL_ONLY } from '../destination/smtp-options.ts';
import { addTimeoutOption, readTimeout } from '../destination/test-destination.ts';
import { addMinSeverityOption, addNameOption, addWebhookOptions } from '../destination/webhook-options.ts';
import type { CommandFile, CommandResult } from '../command.ts';
import type { EmailOptions } from '../destination/create-email.ts';
import type { Prompts } from '../prompts.ts';
import type { Session } from '../session.ts';
import type { WebhookOptions } from '../destination/webhook-options.ts';

type Options = EmailOptions &
  WebhookOptions & {
    channel?: string;
    yes?: boolean;
    test?: boolean;
    timeout?: string;
  };

export const CHANNELS = ['email', 'webhook'] as const;

/** Options that only one of the channels has. */
const OWN_OPTIONS: Record<(typeof CHANNELS)[number], (keyof Options)[]> = {
  email: ['to', 'role', 'locked', 'digests', ...MAIL_ONLY],
  webhook: [
    'url',
    'urlStdin',
    'auth',
    'profile',
    'format',
    'templateFile',
    'customHeader',
    'customHeaderFile',
    'certFile',
    'keyFile',
    'retry',
    'secretStdin',
  ],
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
      addNameOption(command, '');
      addMinSeverityOption(command);
      command
        .option('-y, --yes', 'create it without a last question, even when a check failed')
        .option('--no-test', 'send no test alert');
      addTimeoutOption(command);
      command.optionsGroup('Options of a webhook:');
      addWebhookOptions(command, '');
      command.optionsGroup('Options of e-mail:');
      addEmailOptions(command, '');
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
  const channel =
    readWord('--channel', word, CHANNELS) ??
    (await prompts?.choice({
      message: 'How should alerts arrive?',
      choices: [
        { value: 'webhook', name: 'webhook', description: 'a POST to an HTTPS URL' },
        { value: 'email', name: 'email', description: 'a mail to each recipient' },
      ],
    }));
  if (channel === undefined) throw wrongUsage('--channel: missing; expected email or webhook');
  const other = channel === 'email' ? 'webhook' : 'email';
  const stray = OWN_OPTIONS[other].filter((name) => options[name as keyof typeof options] !== undefined);
  if (stray.length > 0) {
    const flags = stray.map(
      (name) => `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
    );
    throw wrongUsage(`${flags.join(', ')}: only with --channel ${other}`);
  }
  const ending = {
    timeoutSeconds,
    ...(yes !== undefined && { yes }),
    ...(test !== undefined && { test }),
  };
  return channel === 'email'
    ? setupEmail(session, prompts, options, ending)
    : setupWebhook(session, prompts, options, ending);
}
