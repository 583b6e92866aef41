import { checkMailServer } from '../destination/check-mail-server.ts';
import { checkSender } from '../destination/check-sender.ts';
import {
  createdEmailView,
  describeCreatedEmail,
  emailFields,
  emailSettings,
  prepareEmail,
  storeEmail,
} from '../destination/create-email.ts';
import { CliFailure, wrongUsage } from '../failure.ts';
import { askAuthority } from '../destination/read-ca-file.ts';
import { showChecks } from '../screen/checks.ts';
import { askEmail } from './ask-email.ts';
import { confirmSetup, finishSetup } from './finish.ts';
import { refuseWrongOptions } from './questions.ts';
import { EMAIL_FLAGS, refuseStraySmtp, type EmailOptions } from '../destination/email-options.ts';
import { askMailPassword } from '../destination/mail-password.ts';
import type { CommandResult } from '../command.ts';
import type { PreparedEmail } from '../destination/create-email.ts';
import type { Prompts } from '../prompts.ts';
import type { Session } from '../session.ts';
import type { SetupCheck } from '../screen/checks.ts';
import type { SetupOptions } from './finish.ts';
import { askWhatNow } from './what-now.ts';

type Looked = { prepared: PreparedEmail; checks: SetupCheck[] };

/** Asks for open settings, looks at the sender, creates the destination and sends it a test mail. */
export async function setupEmail(
  session: Session,
  prompts: Prompts | undefined,
  given: EmailOptions,
  setup: SetupOptions,
): Promise<CommandResult> {
  const first = await answersOf(session, prompts, given);
  const { prepared, checks } =
    first.settings.transport === undefined
      ? await lookAtSes(session, prompts, first, setup)
      : await lookAtMailServer(session, prompts, first, setup);
  const { settings } = prepared;
  const { emailFrom } = (await session.gateway()).manifest;
  const isReady = checks.every(({ result }) => result !== 'failed');
  if (prompts !== undefined) {
    await confirmSetup(session, prompts, setup, {
      fields: [['name', settings.name], ...emailFields(settings, emailFrom)],
      isRecommended: isReady,
    });
  }
  const destination = await storeEmail(session, prepared);
  return finishSetup(session, prompts, setup, {
    destination,
    json: createdEmailView(destination),
    text: describeCreatedEmail(session, destination, emailFrom),
    checks,
  });
}

async function answersOf(
  session: Session,
  prompts: Prompts | undefined,
  given: EmailOptions,
): Promise<PreparedEmail> {
  if (prompts === undefined) return prepareEmail(session, given);
  if (given.passwordStdin === true) {
    throw wrongUsage('--password-stdin goes without a terminal; leave it out to be asked for the password');
  }
  if (given.transport !== undefined) refuseStraySmtp(given, undefined);
  await refuseWrongOptions(async () => emailSettings(given), given, EMAIL_FLAGS);
  const { options, password } = await askEmail(session, prompts, await session.gateway(), given);
  return prepareEmail(session, options, password);
}

async function lookAtSes(
  session: Session,
  prompts: Prompts | undefined,
  prepared: PreparedEmail,
  { yes }: SetupOptions,
): Promise<Looked> {
  const gateway = await session.gateway();
  const checks = await checkSender(
    gateway,
    prepared.settings.recipients.map(({ address }) => address),
  );
  showChecks(session, `SES, which sends as ${gateway.manifest.emailFrom}`, checks);
  const failed = checks.filter(({ result }) => result === 'failed').map(({ text }) => text);
  if (prompts === undefined && failed.length > 0 && yes !== true) {
    throw new CliFailure(
      'unready-sender',
      `nothing was created: ${failed.join('; ')}; with --yes it is created all the same`,
    );
  }
  return { prepared, checks };
}

/** Until the mail server takes the login, or the person decides to go on without that. */
async function lookAtMailServer(
  session: Session,
  prompts: Prompts | undefined,
  first: PreparedEmail,
  { yes }: SetupOptions,
): Promise<Looked> {
  const { transport } = first.settings;
  if (transport === undefined) return { prepared: first, checks: [] };
  const { host, port } = transport;
  let secret = first.secret ?? {};
  for (;;) {
    const prepared = { ...first, secret };
    const { checks, ...found } = await checkMailServer(session.io, transport, secret, first.allow);
    showChecks(session, `The mail server ${host}:${port}, seen from here`, checks);
    const failed = checks.filter(({ result }) => result === 'failed').map(({ text }) => text);
    if (failed.length === 0 || yes === true) return { prepared, checks };
    if (prompts === undefined) {
      throw new CliFailure(
        'unready-sender',
        `nothing was created: ${host}:${port}: ${failed.join('; ')}${found.isUntrusted ? ' (--ca-file)' : ''}; with --yes it is created all the same`,
      );
    }
    const next = await askWhatNow(prompts, [
      ...(found.isRefusedLogin ? ['password' as const] : []),
      ...(found.isUntrusted ? ['ca' as const] : []),
    ]);
    if (next === 'go-on') return { prepared, checks };
    if (next === 'ca') secret = Object.assign({}, secret, { ca: await askAuthority(prompts) });
    if (next === 'password') {
      secret = Object.assign({}, secret, { current: await askMailPassword(prompts, host) });
    }
  }
}
