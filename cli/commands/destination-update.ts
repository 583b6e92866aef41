import { parseCustomHeaders } from '../../functions/core/config/parse-custom-headers.ts';
import { parseDestination } from '../../functions/core/config/parse-destination.ts';
import { addressProblem, egressAllow, mailServerProblem } from '../destination/check-addresses.ts';
import { foundBefore, type SecretChange } from '../config/change-secret.ts';
import { type Changed, changeDestination, destinationNameTaken } from '../destination/change-destination.ts';
import { addCommand, type CommandFile, type CommandResult } from '../command.ts';
import { withConfidentialInput } from '../confidential-input.ts';
import { hideUrl, readTemplateFile, WEBHOOK_FLAGS } from '../destination/create-webhook.ts';
import { refusedSettings, wrongUsage } from '../failure.ts';
import { findConfig } from '../config/find-config.ts';
import { refuseLastWithoutSystemAlerts } from '../destination/system-alerts.ts';
import { readCaFile } from '../destination/read-ca-file.ts';
import { missingOfSecret } from '../destination/missing-of-secret.ts';
import { readClientCertificate } from '../destination/read-client-certificate.ts';
import { withLocks } from '../destination/recipient-locks.ts';
import { refusedLogin } from '../destination/check-mail-server.ts';
import { EMAIL_SETTINGS } from '../../functions/core/config/settings/email-settings.ts';
import { WEBHOOK_SETTINGS } from '../../functions/core/config/settings/webhook-settings.ts';
import { addSettings, inputOf, strayOf, type OptionsOf } from '../config/settings.ts';
import { addNoCheckOption, EMAIL_FLAGS, refuseStraySmtp } from '../destination/email-options.ts';
import { readMailPassword } from '../destination/mail-password.ts';
import type { Settings } from '../../functions/core/config/settings/setting.ts';
import { destinationView } from '../words/views.ts';
import { destinationRules } from '../destination/webhook-rules.ts';
import type { Problem } from '../../functions/core/config/problem.ts';
import type {
  Destination,
  EmailDestination,
  SmtpTransport,
  WebhookDestination,
} from '../../functions/core/model/config/destination.ts';
import type { WebhookSecret } from '../../functions/core/model/config/credential.ts';
import type { Gateway } from '../gateway.ts';
import type { Session } from '../session.ts';
import { shellWord } from '../../functions/core/text/shell-word.ts';
import { TOCSIN } from '../words/hint.ts';

type Email = OptionsOf<typeof EMAIL_SETTINGS, 'update'>;
type Webhook = OptionsOf<typeof WEBHOOK_SETTINGS, 'update'>;
/** `check` is false with `--no-check`. */
type Options = Email & Webhook & { check?: boolean };

const LISTS: Record<Destination['channel'], Settings> = {
  email: EMAIL_SETTINGS,
  webhook: WEBHOOK_SETTINGS,
};

export const addDestinationUpdate: CommandFile = (group, run) => {
  addCommand<Options>(group, run, {
    name: 'update <name>',
    summary: 'Change a destination; what is not named stays, and attempts under way use the change',
    examples: [
      'tocsin destination update siem --url https://siem2.example.com/hook',
      'tocsin destination update oncall --to ana@example.com,ben@example.com --min-severity high',
      'tocsin destination update oncall --locked duty@example.com --unlocked ana@example.com',
      'tocsin destination update siem --min-severity any --retry persistent',
      'pass show mail | tocsin destination update oncall --transport smtp --smtp-host smtp.example.com --smtp-user alerts@example.com --from alerts@example.com --password-stdin',
      'tocsin destination update chat --url https://hooks.slack.com/services/T0/B0/new',
    ],
    options(command) {
      addSettings(
        command,
        'update',
        { list: WEBHOOK_SETTINGS, word: 'webhook' },
        { list: EMAIL_SETTINGS, word: 'email' },
      );
      addNoCheckOption(command);
    },
    run: updateDestination,
  });
};

async function updateDestination(session: Session, options: Options, name = ''): Promise<CommandResult> {
  // `check` is there unless it is taken away.
  if (Object.keys(options).every((name) => name === 'check'))
    throw wrongUsage(`say what to change; see: ${TOCSIN} destination update --help`);
  const gateway = await session.gateway();
  const before = await findConfig(gateway.config, 'destination', name);
  const other = before.channel === 'email' ? 'webhook' : 'email';
  const foreign = strayOf(LISTS[other], LISTS[before.channel], options);
  if (foreign.length > 0) {
    throw wrongUsage(`${foreign.join(', ')}: does not go with channel ${before.channel}`);
  }
  // Before any secret changes: a change that is refused must leave everything as it was.
  if (
    options.name !== undefined &&
    options.name !== before.name &&
    (await gateway.config.locate('destination', options.name)) !== undefined
  ) {
    throw destinationNameTaken(options.name);
  }
  const changed =
    before.channel === 'email'
      ? await changedEmail(session, gateway, before, options)
      : await changedWebhook(session, gateway, before, await withConfidentialInput(session, options));
  await refuseLastWithoutSystemAlerts(gateway.config, before, { ...before, ...changed.settings });
  const after = await changeDestination(session, before, changed);
  const missing = changed.secret === undefined ? [] : missingOfSecret(after, changed.secret.after);
  const paused = after.isEnabled
    ? ''
    : ` It is disabled; to resume: ${TOCSIN} destination enable ${shellWord(after.name)}`;
  return {
    json: destinationView(after),
    text: `${session.paint('green', 'Changed')} destination ${session.paint('bold', after.name)}, now version ${after.version}.${paused}${missing.map((note) => ` ${note}`).join('')}`,
  };
}

async function changedEmail(
  session: Session,
  gateway: Gateway,
  before: EmailDestination,
  options: Options,
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
    destinationRules([]),
  );
  if (!settings.ok) throw refusedSettings(settings.problems, EMAIL_FLAGS);
  const value = settings.value as Extract<typeof settings.value, { channel: 'email' }>;
  // What else is known of an address that stays is kept.
  const locks = withLocks(
    value.recipients.map((recipient) => ({ ...known(recipient.address), ...recipient })),
    options,
  );
  if (locks.problems.length > 0) throw refusedSettings(locks.problems, EMAIL_FLAGS);
  const secret = await mailSecretChange(session, gateway, before, value.transport, options);
  const { transport: _transport, timeZone: _zone, ...rest } = withoutShared(before);
  return { settings: { ...rest, ...value, recipients: locks.recipients }, secret };
}

/** Without what both channels have and the parser leaves out where it does not differ from the default. */
function withoutShared<D extends Destination>({
  minSeverity: _minimum,
  repeat: _repeat,
  resolved: _resolved,
  isDigesting: _digests,
  systemAlerts: _systemAlerts,
  ...rest
}: D) {
  return rest;
}

async function mailSecretChange(
  session: Session,
  gateway: Gateway,
  before: EmailDestination,
  transport: SmtpTransport | undefined,
  options: Options,
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

async function changedWebhook(
  session: Session,
  gateway: Gateway,
  before: WebhookDestination,
  options: Options,
): Promise<Changed<WebhookDestination>> {
  const problems: Problem[] = [];
  const secret = await secretChanges(session, before, options, problems);
  const { notAfter, ...stored } = secret;
  const allow = egressAllow(gateway.manifest, session.io.env);
  const template = await readTemplateFile(options.templateFile, problems);
  const settings = parseDestination(
    {
      ...inputOf<WebhookDestination>(WEBHOOK_SETTINGS, options, before),
      url: options.url ?? (await urlOf(gateway, before)),
      ...(template !== undefined && { template }),
      ...(stored.headers !== undefined && { customHeaderNames: Object.keys(stored.headers) }),
    },
    destinationRules(allow),
  );
  if (!settings.ok) problems.push(...settings.problems);
  if (!settings.ok || problems.length > 0) throw refusedSettings(problems, WEBHOOK_FLAGS);
  const value = settings.value as Extract<typeof settings.value, { channel: 'webhook' }>;
  if (options.url !== undefined) {
    const address = await addressProblem(new URL(value.url), session.io, allow);
    if (address !== undefined) throw refusedSettings([address], WEBHOOK_FLAGS);
  }
  // What was kept secret stays so, until another URL is given.
  const isKept = before.hasSecretUrl === true && options.url === undefined;
  const url = isKept ? { settings: { url: before.url, hasSecretUrl: true }, secret: {} } : hideUrl(value);
  const changes = { ...stored, ...url.secret };
  const { template: _template, hasSecretUrl: _url, ...rest } = withoutShared(before);
  return {
    settings: {
      ...rest,
      ...value,
      ...url.settings,
      auth: notAfter === undefined ? before.auth : { type: 'mtls', notAfter },
    },
    secret: await webhookSecretChange(gateway, before, changes),
  };
}

async function webhookSecretChange(
  { secrets }: Gateway,
  { id }: WebhookDestination,
  changes: WebhookSecret,
): Promise<SecretChange<WebhookSecret> | undefined> {
  if (Object.keys(changes).length === 0) return undefined;
  const { value, version } = await foundBefore(
    async () => secrets.readDestination(id),
    async () => secrets.versionOf('destination', id),
  );
  return { after: { ...value, ...changes }, over: version, before: value };
}

/** The whole URL; what is shown of it when the rest should lie in the secret and cannot be read there. */
async function urlOf({ secrets }: Gateway, { id, url, hasSecretUrl }: WebhookDestination): Promise<string> {
  if (hasSecretUrl !== true) return url;
  const { value } = await foundBefore(
    async () => secrets.readDestination(id),
    async () => secrets.versionOf('destination', id),
  );
  return value?.url ?? url;
}

/** What changes in the secret; the credential itself changes with rotate only. */
async function secretChanges(
  session: Session,
  before: WebhookDestination,
  options: Options,
  problems: Problem[],
): Promise<WebhookSecret & { notAfter?: string }> {
  const changes: WebhookSecret & { notAfter?: string } = {};
  if (options.customHeader !== undefined) {
    const [only] = options.customHeader;
    const isNone = options.customHeader.length === 1 && only === 'none';
    const headers = parseCustomHeaders(isNone ? [] : options.customHeader);
    if (headers.ok) changes.headers = headers.value;
    else problems.push(...headers.problems);
  }
  if (options.caFile !== undefined) {
    const ca = await readCaFile(options.caFile);
    if (ca.ok) changes.ca = ca.value;
    else problems.push(...ca.problems);
  }
  if (options.certFile === undefined && options.keyFile === undefined) return changes;
  if (before.auth.type !== 'mtls') {
    problems.push({
      path: 'certificate',
      message: `goes with auth mtls only; the destination has auth ${before.auth.type}`,
    });
    return changes;
  }
  const pair = await readClientCertificate(options.certFile, options.keyFile, session.nowMs);
  if (pair.ok) Object.assign(changes, pair.value);
  else problems.push(...pair.problems);
  return changes;
}
