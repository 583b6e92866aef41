import { parseDestination } from '../../functions/core/config/parse-destination.ts';
import { EMAIL_SETTINGS } from '../../functions/core/config/settings/email-settings.ts';
import type { WebhookSecret } from '../../functions/core/model/config/credential.ts';
import type { EmailDestination, SmtpTransport } from '../../functions/core/model/config/destination.ts';
import { foundBefore, type SecretChange } from '../config/change-secret.ts';
import { inputOf, type OptionsOf } from '../config/settings.ts';
import { refusedSettings } from '../failure.ts';
import type { Gateway } from '../gateway.ts';
import type { Session } from '../session.ts';
import { type Changed, withoutShared } from './change-destination.ts';
import { egressAllow, mailServerProblem } from './check-addresses.ts';
import { refusedLogin } from './check-mail-server.ts';
import { EMAIL_FLAGS, refuseStraySmtp } from './email-options.ts';
import { readMailPassword } from './mail-password.ts';
import { readCaFile } from './read-ca-file.ts';
import { withLocks } from './recipient-locks.ts';
import { destinationRules, STRICT } from './webhook-rules.ts';
import { withoutSesProblem } from './without-ses.ts';

/** `check` is false with `--no-check`. */
export type EmailUpdate = OptionsOf<typeof EMAIL_SETTINGS, 'update'> & { check?: boolean };

/** An e-mail destination as `destination update` leaves it: settings without an option stay. */
export async function changedEmail(
  session: Session,
  gateway: Gateway,
  before: EmailDestination,
  options: EmailUpdate,
): Promise<Changed<EmailDestination>> {
  refuseStraySmtp(options, before.transport?.type);
  const addresses = options.to ?? before.recipients.map(({ address }) => address);
  const known = (address: string) =>
    before.recipients.find((recipient) => recipient.address.toLowerCase() === address.toLowerCase());
  const settings = parseDestination(
    {
      ...inputOf<EmailDestination>(EMAIL_SETTINGS, options, before),
      recipients: addresses.map((address) => ({ address, role: options.role ?? known(address)?.role })),
    },
    destinationRules(STRICT),
  );
  if (!settings.ok) throw refusedSettings(settings.problems, EMAIL_FLAGS);
  const value = settings.value as Extract<typeof settings.value, { channel: 'email' }>;
  const problem = withoutSesProblem(gateway.manifest, value);
  if (problem !== undefined) throw refusedSettings([problem], EMAIL_FLAGS);
  // The other settings of an address that stays are kept.
  const locks = withLocks(
    value.recipients.map((recipient) => ({ ...known(recipient.address), ...recipient })),
    options,
  );
  if (locks.problems.length > 0) throw refusedSettings(locks.problems, EMAIL_FLAGS);
  const secret = await mailSecretChange(session, gateway, { before, transport: value.transport }, options);
  const { transport: _transport, timeZone: _zone, ...rest } = withoutShared(before);
  return { settings: { ...rest, ...value, recipients: locks.recipients }, secret };
}

async function mailSecretChange(
  session: Session,
  gateway: Gateway,
  { before, transport }: { before: EmailDestination; transport: SmtpTransport | undefined },
  options: EmailUpdate,
): Promise<SecretChange<WebhookSecret> | undefined> {
  if (transport === undefined) return undefined;
  const ca = options.caFile === undefined ? undefined : await readCaFile(options.caFile);
  if (ca?.ok === false) throw refusedSettings(ca.problems, EMAIL_FLAGS);
  const isNew = before.transport === undefined;
  // The password was given for one server; no other one gets to see it.
  const isElsewhere = transport.host !== before.transport?.host;
  const password =
    isElsewhere || options.passwordStdin === true
      ? await readMailPassword(session, transport.host, options)
      : undefined;
  if (password?.ok === false) throw refusedSettings(password.problems, EMAIL_FLAGS);
  if (options.smtpHost !== undefined) {
    const allow = egressAllow(gateway.manifest, session.io.env);
    const address = await mailServerProblem(transport.host, session.io, allow);
    if (address !== undefined) throw refusedSettings([address], EMAIL_FLAGS);
  }
  const { secrets } = gateway;
  // An earlier mail server may have left a secret that holds nothing.
  const found = await foundBefore(
    async () => secrets.readDestination(before.id),
    async () => secrets.versionOf('destination', before.id),
  );
  const old = isNew ? {} : (found.value ?? {});
  const changes = {
    ...(password !== undefined && { current: password.value }),
    ...(ca !== undefined && { ca: ca.value }),
  };
  if (password !== undefined && options.check !== false) {
    const allow = egressAllow(gateway.manifest, session.io.env);
    const untried = await refusedLogin(session, transport, { ...old, ...changes }, allow);
    if (untried !== undefined) session.io.stderr.write(`${session.complete(untried)}\n`);
  }
  if (!isNew && Object.keys(changes).length === 0) return undefined;
  return { after: { ...old, ...changes }, over: found.version, before: found.value };
}
