import { parseDestination, type EmailSettings } from '../../functions/core/config/parse-destination.ts';
import { EMAIL_SETTINGS } from '../../functions/core/config/settings/email-settings.ts';
import { createConfig } from '../config/create-config.ts';
import { randomConfigId } from '../config/random-id.ts';
import { inputOf, linesOf } from '../config/settings.ts';
import { refusedSettings } from '../failure.ts';
import { randomOf } from '../io.ts';
import { indented, renderFields } from '../screen/table.ts';
import { egressAllow, mailServerProblem } from './check-addresses.ts';
import { EMAIL_FLAGS, refuseStraySmtp, type EmailOptions } from './email-options.ts';
import { readMailPassword } from './mail-password.ts';
import { readCaFile } from './read-ca-file.ts';
import { withoutSesProblem } from './without-ses.ts';
import { destinationRules, STRICT } from './webhook-rules.ts';
import type { EmailDestination } from '../../functions/core/model/config/destination.ts';
import type { WebhookSecret } from '../../functions/core/model/config/credential.ts';
import type { MadeBy } from '../../functions/core/operator/ports.ts';
import type { Session } from '../session.ts';

/** An e-mail destination that can be stored as it is. */
export type PreparedEmail = {
  settings: EmailSettings;
  /** The secret for its mail server; none with SES. */
  secret?: WebhookSecret;
  /** Ranges past the guard, in a local run only. */
  allow: string[];
};

/** The settings, or a refusal with every problem. */
export function emailSettings(options: EmailOptions): EmailSettings {
  const settings = parseDestination(emailInput(options), destinationRules(STRICT));
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
  if (transport === undefined) {
    const problem = withoutSesProblem((await session.gateway()).manifest, settings);
    if (problem !== undefined) throw refusedSettings([problem], EMAIL_FLAGS);
    return { settings, allow: [] };
  }
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

/** The input of the parser of destinations. */
export function emailInput(options: EmailOptions): object {
  return {
    ...inputOf(EMAIL_SETTINGS, options),
    channel: 'email',
    recipients: options.to?.map((address) => ({
      address,
      role: options.role,
      ...(options.locked === true && { isLocked: true }),
    })),
  };
}

/** Gives the destination its id and stores it, the secret first. */
export async function storeEmail(
  session: Session,
  { settings, secret }: PreparedEmail,
  { isEnabled = true, madeBy }: { isEnabled?: boolean; madeBy?: MadeBy } = {},
): Promise<EmailDestination> {
  const gateway = await session.gateway();
  const now = new Date(session.io.clock.now()).toISOString();
  const destination: EmailDestination = {
    id: randomConfigId('dst', randomOf(session.io)),
    ...settings,
    isEnabled,
    version: 1,
    createdAt: now,
    updatedAt: now,
  };
  await createConfig(gateway, 'destination', destination, {
    saveSecret:
      secret === undefined
        ? undefined
        : async () => gateway.secrets.saveDestination(destination.id, secret, undefined),
    madeBy,
  });
  return destination;
}

export function createdEmailView({ id, name }: EmailDestination): object {
  return { id, name, channel: 'email', secret: null };
}

export function describeCreatedEmail(
  session: Session,
  destination: EmailDestination,
  from: string | undefined,
): string {
  const { paint } = session;
  const fields = renderFields([['id', destination.id], ...emailFields(destination, from)], paint);
  return `${paint('green', 'Created')} destination ${paint('bold', destination.name)}\n\n${indented(fields)}`;
}

/** The settings, line by line; `from`: the sender of what goes out through SES. */
export function emailFields(
  settings: EmailSettings,
  from: string | undefined,
): [string, string | undefined][] {
  return linesOf(EMAIL_SETTINGS, settings).map(([label, value]) =>
    label === 'from' ? [label, value ?? from] : [label, value],
  );
}

/** One `--role` serves every address, so its problem is told once. */
function onePerRole<T extends { path: string; message: string }>(problems: readonly T[]): T[] {
  return problems.filter(
    (problem, index) =>
      !problem.path.endsWith('.role') ||
      problems.findIndex((other) => other.path.endsWith('.role')) === index,
  );
}
