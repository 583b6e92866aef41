import { parseMailPassword } from '../../functions/core/config/parse-transport.ts';
import { wrongUsage } from '../failure.ts';
import { readSecretInput } from '../confidential-input.ts';
import { promptsOf } from '../prompts.ts';
import type { Command } from 'commander';
import type { Parsed } from '../../functions/core/config/problem.ts';
import type { SmtpTransport } from '../../functions/core/model/config/destination.ts';
import type { Prompts } from '../prompts.ts';
import type { Session } from '../session.ts';

/** What an operator says about the way of the mails. */
export type SmtpOptions = {
  transport?: string;
  smtpHost?: string;
  smtpPort?: string;
  smtpSecurity?: string;
  smtpUser?: string;
  from?: string;
  caFile?: string;
  passwordStdin?: boolean;
  /** False with `--no-check`. */
  check?: boolean;
};

export const SMTP_FLAGS: Record<string, string> = {
  'transport.type': '--transport',
  'transport.host': '--smtp-host',
  'transport.port': '--smtp-port',
  'transport.security': '--smtp-security',
  'transport.user': '--smtp-user',
  'transport.from': '--from',
  ca: '--ca-file',
  password: '--password-stdin',
};

/** What `addSmtpOptions` adds: webhooks have none of them. */
export const MAIL_ONLY = [
  'transport',
  'smtpHost',
  'smtpPort',
  'smtpSecurity',
  'smtpUser',
  'from',
  'passwordStdin',
] as const satisfies readonly (keyof SmtpOptions)[];

/** What goes with `--transport smtp` only. */
const OWN: (keyof SmtpOptions)[] = [...MAIL_ONLY.filter((name) => name !== 'transport'), 'caFile'];

/** Without `--ca-file`, which webhooks have as well. */
export function addSmtpOptions(command: Command): void {
  command
    .option('--transport <way>', 'how the mails go out: ses or smtp (default: ses)')
    .option('--smtp-host <name>', 'smtp: name of the mail server')
    .option('--smtp-port <port>', 'smtp: 587 (STARTTLS, the default) or 465 (TLS from the start)')
    .option('--smtp-security <way>', 'smtp: starttls or tls, for any other port')
    .option('--smtp-user <user>', 'smtp: user name, often the e-mail address')
    .option('--from <address>', 'smtp: address that the mails come from')
    .option('--password-stdin', 'smtp: read the password from standard input');
}

export function addNoCheckOption(command: Command): void {
  command.option('--no-check', 'smtp: do not try the user and password at the mail server first');
}

export function addCaFileOption(command: Command): void {
  command.option('--ca-file <file>', "smtp: PEM of the mail server's private certificate authority");
}

/** What the parser of destinations is given; `before` is kept where no option says otherwise. */
export function smtpInput(options: SmtpOptions, before?: SmtpTransport): object | undefined {
  const type = options.transport ?? before?.type;
  if (type === undefined) return undefined;
  if (type !== 'smtp') return { type };
  const port = options.smtpPort ?? before?.port;
  return {
    type,
    host: options.smtpHost ?? before?.host,
    port,
    // Another port says for itself how TLS begins there.
    security: options.smtpSecurity ?? (options.smtpPort === undefined ? before?.security : undefined),
    user: options.smtpUser ?? before?.user,
    from: options.from ?? before?.from,
  };
}

/** Whether an option was given that only a mail server has. */
export function hasSmtpOptions(options: SmtpOptions): boolean {
  return OWN.some((name) => options[name] !== undefined);
}

/** Refuses what only a mail server has, where there is none. */
export function refuseStraySmtp(options: SmtpOptions, transport: SmtpTransport['type'] | undefined): void {
  if (options.transport === 'smtp' || (options.transport === undefined && transport === 'smtp')) return;
  const stray = OWN.filter((name) => options[name] !== undefined);
  if (stray.length === 0) return;
  const flags = stray.map((name) => `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`);
  throw wrongUsage(`${flags.join(', ')}: only with --transport smtp`);
}

/**
 * The password of a mail server: from standard input, or asked for where somebody can be asked.
 *
 * A terminal shows what is typed into standard input, so that is not read from one.
 */
export async function readMailPassword(
  session: Session,
  host: string,
  { passwordStdin }: Pick<SmtpOptions, 'passwordStdin'>,
): Promise<Parsed<string>> {
  if (passwordStdin === true) {
    if (session.io.stdin.isTTY === true) {
      throw wrongUsage('--password-stdin: a terminal would show it; leave it out to be asked, or pipe it in');
    }
    return parseMailPassword(await readSecretInput(session), host);
  }
  const prompts = promptsOf(session.io, session.isJson);
  return prompts === undefined
    ? {
        ok: false,
        problems: [{ path: 'password', message: 'missing; pipe the password of the mail server in' }],
      }
    : { ok: true, value: await askMailPassword(prompts, host) };
}

export async function askMailPassword(prompts: Prompts, host: string): Promise<string> {
  const answer = await prompts.secret({
    message: /(^|\.)gmail\.com$/.test(host) ? 'App Password (16 letters, spaces do not matter)' : 'Password',
    check: (text) => {
      const parsed = parseMailPassword(text, host);
      return parsed.ok ? undefined : parsed.problems.map(({ message }) => message).join('; ');
    },
  });
  const parsed = parseMailPassword(answer, host);
  return parsed.ok ? parsed.value : answer;
}
