import { parseDestination, type EmailSettings } from '../../functions/core/config/parse-destination.ts';
import { collectedList } from '../command.ts';
import { egressAllow, mailServerProblem } from './check-addresses.ts';
import { createConfig } from '../config/create-config.ts';
import { refusedSettings } from '../failure.ts';
import { randomOf } from '../io.ts';
import { readWord } from '../records/list-options.ts';
import { randomConfigId } from '../config/random-id.ts';
import { readCaFile } from './read-ca-file.ts';
import {
  addSmtpOptions,
  readMailPassword,
  refuseStraySmtp,
  SMTP_FLAGS,
  smtpInput,
  type SmtpOptions,
} from './smtp-options.ts';
import { indented, renderFields } from '../screen/table.ts';
import { describeDigests, describeTransport } from '../words/views.ts';
import { destinationRules } from './webhook-rules.ts';
import type { Command } from 'commander';
import type { EmailDestination } from '../../functions/core/model/config/destination.ts';
import type { WebhookSecret } from '../../functions/core/model/config/credential.ts';
import type { Session } from '../session.ts';

/** What an operator says about an e-mail destination. */
export type EmailOptions = SmtpOptions & {
  name?: string;
  to?: string[];
  role?: string;
  locked?: boolean;
  minSeverity?: string;
  digests?: string;
};

export const EMAIL_FLAGS: Record<string, string> = {
  name: '--name',
  recipients: '--to',
  'recipients.address': '--to',
  'recipients.role': '--role',
  minSeverity: '--min-severity',
  isDigesting: '--digests',
  ...SMTP_FLAGS,
};

/** An e-mail destination that can be stored as it is. */
export type PreparedEmail = {
  settings: EmailSettings;
  /** What its mail server needs; none with SES. */
  secret?: WebhookSecret;
  /** Ranges past the guard, in a local run only. */
  allow: string[];
};

/** Every option of an e-mail destination alone, but `--ca-file`; `note` follows what cannot be left out. */
export function addEmailOptions(command: Command, note: string): void {
  command
    .option('--to <addresses>', `e-mail addresses, separated by commas${note}`, collectedList)
    .option('--role <role>', 'what the mail tells them: it_admin, developer or executive (default: it_admin)')
    .option('--locked', 'they cannot leave by the unsubscribe link in the mail');
  addDigestsOption(command);
  addSmtpOptions(command);
}

function addDigestsOption(command: Command): void {
  command.option(
    '--digests <on|off>',
    'whether the alerts of a flood share mails (default: on); the hourly limit holds in any case',
  );
}

/** What the parser of destinations is given for `--digests`. */
export function digestsInput(word: string | undefined): boolean | undefined {
  const chosen = readWord('--digests', word, ['on', 'off']);
  return chosen === undefined ? undefined : chosen === 'on';
}

/** The settings, or a refusal with every problem. */
export function emailSettings(options: EmailOptions): EmailSettings {
  const settings = parseDestination(emailInput(options), destinationRules([]));
  if (!settings.ok) throw refusedSettings(onePerRole(settings.problems), EMAIL_FLAGS);
  return settings.value as EmailSettings;
}

/**
 * Settings and secret, the address of the mail server looked at; refuses with every problem.
 *
 * @param given the password, when it was asked for already.
 */
export async function prepareEmail(
  session: Session,
  options: EmailOptions,
  given?: string,
): Promise<PreparedEmail> {
  refuseStraySmtp(options, undefined);
  const settings = emailSettings(options);
  const { transport } = settings;
  if (transport === undefined) return { settings, allow: [] };
  const ca = options.caFile === undefined ? undefined : await readCaFile(options.caFile);
  if (ca?.ok === false) throw refusedSettings(ca.problems, EMAIL_FLAGS);
  const password =
    given === undefined
      ? await readMailPassword(session, transport.host, options)
      : { ok: true as const, value: given };
  if (!password.ok) throw refusedSettings(password.problems, EMAIL_FLAGS);
  const allow = egressAllow((await session.gateway()).manifest, session.io.env);
  const address = await mailServerProblem(transport.host, session.io, allow);
  if (address !== undefined) throw refusedSettings([address], EMAIL_FLAGS);
  return {
    settings,
    secret: { current: password.value, ...(ca !== undefined && { ca: ca.value }) },
    allow,
  };
}

/** What the parser of destinations is given. */
export function emailInput(options: EmailOptions): object {
  return {
    channel: 'email',
    name: options.name,
    recipients: options.to?.map((address) => ({
      address,
      role: options.role,
      ...(options.locked === true && { isLocked: true }),
    })),
    transport: smtpInput(options),
    minSeverity: options.minSeverity,
    isDigesting: digestsInput(options.digests),
  };
}

/** Gives the destination its id and stores it, the secret first. */
export async function storeEmail(
  session: Session,
  { settings, secret }: PreparedEmail,
): Promise<EmailDestination> {
  const gateway = await session.gateway();
  const now = new Date(session.io.clock.now()).toISOString();
  const destination: EmailDestination = {
    id: randomConfigId('dst', randomOf(session.io)),
    ...settings,
    isEnabled: true,
    version: 1,
    createdAt: now,
    updatedAt: now,
  };
  await createConfig(
    gateway,
    'destination',
    destination,
    secret === undefined
      ? undefined
      : async () => gateway.secrets.saveDestination(destination.id, secret, undefined),
  );
  return destination;
}

export function createdEmailView({ id, name }: EmailDestination): object {
  return { id, name, channel: 'email', secret: null };
}

export function describeCreatedEmail(session: Session, destination: EmailDestination, from: string): string {
  const { paint } = session;
  const fields = renderFields([['id', destination.id], ...emailFields(destination, from)], paint);
  return `${paint('green', 'Created')} destination ${paint('bold', destination.name)}\n\n${indented(fields)}`;
}

/** The settings, line by line. */
export function emailFields(settings: EmailSettings, from: string): [string, string | undefined][] {
  return [
    ['to', settings.recipients.map(({ address }) => address).join('\n')],
    ['from', settings.transport?.from ?? from],
    ['through', describeTransport(settings.transport)],
    ['role', settings.recipients[0]?.role],
    ['digests', describeDigests(settings.isDigesting)],
    ['takes', settings.minSeverity === undefined ? 'every severity' : `${settings.minSeverity} and above`],
  ];
}

/** One `--role` serves every address, so its problem is told once. */
function onePerRole<T extends { path: string; message: string }>(problems: readonly T[]): T[] {
  return problems.filter(
    (problem, index) =>
      !problem.path.endsWith('.role') ||
      problems.findIndex((other) => other.path.endsWith('.role')) === index,
  );
}
