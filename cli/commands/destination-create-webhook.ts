import { readFile } from 'node:fs/promises';
import { parseCustomHeaders } from '../../functions/core/config/parse-custom-headers.ts';
import { parseDestination } from '../../functions/core/config/parse-destination.ts';
import { parseBearerToken } from '../../functions/core/config/parse-secret.ts';
import { PROFILES } from '../../functions/core/model/destination.ts';
import { addressProblem, egressAllow } from '../check-addresses.ts';
import { addCommand, collected } from '../command.ts';
import { createConfig } from '../create-config.ts';
import { refusedSettings } from '../failure.ts';
import { randomOf, readStdin } from '../io.ts';
import { randomConfigId, randomToken, randomWebhookSecret } from '../random-id.ts';
import { readCaFile } from '../read-ca-file.ts';
import { readClientCertificate } from '../read-client-certificate.ts';
import { indented, renderFields } from '../table.ts';
import { shellWord } from '../terminal.ts';
import { describeRetry } from '../views.ts';
import { destinationRules, formatAuth, WEBHOOK_FORMAT_NAMES } from '../webhook-rules.ts';
import type { WebhookSettings } from '../../functions/core/config/parse-destination.ts';
import type { Problem } from '../../functions/core/config/problem.ts';
import type { WebhookDestination } from '../../functions/core/model/destination.ts';
import type { WebhookSecret } from '../../functions/core/ports.ts';
import type { CommandFile, CommandResult } from '../command.ts';
import type { Session } from '../session.ts';

type Options = {
  name?: string;
  url?: string;
  auth?: string;
  profile?: string;
  format?: string;
  templateFile?: string;
  customHeader?: string[];
  caFile?: string;
  certFile?: string;
  keyFile?: string;
  retry?: string;
  minSeverity?: string;
  secretStdin?: boolean;
};

const FLAGS = {
  name: '--name',
  url: '--url',
  'auth.type': '--auth',
  profile: '--profile',
  format: '--format',
  template: '--template-file',
  customHeaders: '--custom-header',
  customHeaderNames: '--custom-header',
  ca: '--ca-file',
  certificate: '--cert-file',
  key: '--key-file',
  retry: '--retry',
  minSeverity: '--min-severity',
  secret: '--secret-stdin',
};

export const addDestinationCreateWebhook: CommandFile = (group, run) => {
  addCommand<Options>(group, run, {
    name: 'webhook',
    summary: 'Send alerts to an HTTPS URL; prints the secret that the receiver verifies with, once',
    examples: [
      'tocsin destination create webhook --name siem --url https://siem.example.com/hook',
      'tocsin destination create webhook --name legacy --url https://soc.example.com/in --profile panguard --retry persistent',
      "tocsin destination create webhook --name internal --url https://hooks.example.com/x --ca-file ca.pem --custom-header 'X-Team: blue'",
      'tocsin destination create webhook --name chat --url https://hooks.slack.com/services/T0/B0/x --format slack --min-severity high',
      'pass show pagerduty | tocsin destination create webhook --name pager --url https://events.pagerduty.com/v2/enqueue --format pagerduty --secret-stdin',
    ],
    options(command) {
      command
        .option('--name <name>', 'what you call it (required)')
        .option('--url <url>', 'where to POST, https only (required)')
        .option(
          '--auth <type>',
          'how the receiver knows that it is us: hmac, bearer, mtls or none (default: that of the format, else hmac)',
        )
        .option('--profile <profile>', `headers of a known sender: ${PROFILES.join(', ')} (default: tocsin)`)
        .option(
          '--format <format>',
          `body: ${WEBHOOK_FORMAT_NAMES.join(', ')} (default: that of the profile)`,
        )
        .option('--template-file <file>', 'format template: JSON of your own with {{placeholders}}')
        .option(
          "--custom-header <'Name: value'>",
          'header to send along, its value a secret; up to 20',
          collected,
        )
        .option('--ca-file <file>', "PEM of the receiver's private certificate authority")
        .option('--cert-file <file>', 'auth mtls: PEM of our certificate, and of those that vouch for it')
        .option('--key-file <file>', 'auth mtls: PEM of its private key, not encrypted')
        .option(
          '--retry <schedule>',
          "standard (30s,2m,8m), none, persistent (up to 12h) or waits such as '30s,2m'",
        )
        .option(
          '--min-severity <severity>',
          'only this severity and above: info, low, medium, high or critical',
        )
        .option(
          '--secret-stdin',
          'bearer: read the token or key that the receiver dictates from standard input',
        );
    },
    run: createWebhook,
  });
};

async function createWebhook(session: Session, options: Options): Promise<CommandResult> {
  const problems: Problem[] = [];
  const secret: WebhookSecret = {};
  const headers = parseCustomHeaders(options.customHeader ?? []);
  if (headers.ok) Object.assign(secret, options.customHeader === undefined ? {} : { headers: headers.value });
  else problems.push(...headers.problems);
  if (options.caFile !== undefined) {
    const ca = await readCaFile(options.caFile);
    if (ca.ok) secret.ca = ca.value;
    else problems.push(...ca.problems);
  }
  const notAfter = await addClientCertificate(session, options, secret, problems);
  const template = await readTemplateFile(options.templateFile, problems);
  const input = {
    channel: 'webhook',
    name: options.name,
    url: options.url,
    auth: options.auth === undefined ? undefined : { type: options.auth },
    profile: options.profile,
    format: options.format,
    template,
    retry: options.retry,
    customHeaderNames: headers.ok ? Object.keys(headers.value) : undefined,
    minSeverity: options.minSeverity,
  };
  await addCredential(session, options, secret, problems);
  const allow = await allowanceFor(session, input, problems);
  const settings = parseDestination(input, destinationRules(allow));
  if (!settings.ok) throw refusedSettings([...settings.problems, ...problems], FLAGS);
  const webhook = settings.value as WebhookSettings;
  const address = await addressProblem(new URL(webhook.url), session.io, allow);
  if (address !== undefined) problems.push(address);
  if (problems.length > 0) throw refusedSettings(problems, FLAGS);
  const gateway = await session.gateway();
  const now = new Date(session.nowMs).toISOString();
  const destination: WebhookDestination = {
    id: randomConfigId('dst', randomOf(session.io)),
    ...webhook,
    ...(notAfter !== undefined && { auth: { type: 'mtls', notAfter } }),
    isEnabled: true,
    version: 1,
    createdAt: now,
    updatedAt: now,
  };
  await createConfig(gateway, 'destination', destination, async () =>
    gateway.secrets.createDestination(destination.id, secret),
  );
  return describeCreated(session, destination, secret);
}

/** The pair of auth mtls goes into the secret; answers with the end of the certificate. */
async function addClientCertificate(
  session: Session,
  { auth, certFile, keyFile }: Options,
  secret: WebhookSecret,
  problems: Problem[],
): Promise<string | undefined> {
  if (auth !== 'mtls') {
    if (certFile !== undefined) problems.push({ path: 'certificate', message: 'goes with --auth mtls only' });
    if (keyFile !== undefined) problems.push({ path: 'key', message: 'goes with --auth mtls only' });
    return undefined;
  }
  const pair = await readClientCertificate(certFile, keyFile, session.nowMs);
  if (!pair.ok) {
    problems.push(...pair.problems);
    return undefined;
  }
  secret.certificate = pair.value.certificate;
  secret.key = pair.value.key;
  return pair.value.notAfter;
}

/** The profile's own, unless told. */
function formatOf({ format, profile }: Options): string {
  return format ?? profile ?? 'tocsin';
}

async function readTemplateFile(path: string | undefined, problems: Problem[]): Promise<string | undefined> {
  if (path === undefined) return undefined;
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    problems.push({ path: 'template', message: `${JSON.stringify(path)} cannot be read (${code})` });
    return undefined;
  }
}

/** What the credential is: drawn here, or dictated by the receiver where the receiver knows only tokens. */
async function addCredential(
  session: Session,
  options: Options,
  secret: WebhookSecret,
  problems: Problem[],
): Promise<void> {
  const random = randomOf(session.io);
  const known = formatAuth(formatOf(options));
  const auth = options.auth ?? known?.type ?? 'hmac';
  if (options.secretStdin !== true) {
    if (known?.type === 'bearer') {
      const format = formatOf(options);
      problems.push({ path: 'secret', message: `missing; format ${format} needs ${known.credential}` });
    } else if (auth === 'bearer') secret.current = randomToken(random);
    else if (auth === 'hmac') secret.current = randomWebhookSecret(random);
    return;
  }
  if (auth !== 'bearer') {
    problems.push({ path: 'secret', message: 'goes with --auth bearer only; other secrets are drawn here' });
    return;
  }
  if (session.io.stdin.isTTY === true) session.note('type the token, then Enter and Ctrl-D:');
  const token = parseBearerToken(await readStdin(session.io));
  if (token.ok) secret.current = token.value;
  else problems.push(...token.problems);
}

/**
 * Which ranges are past the guard. That depends on the gateway, and wrong usage must be told without one: settings
 * that are wrong whatever the gateway allows are refused before it is opened.
 */
async function allowanceFor(
  session: Session,
  input: object,
  problems: readonly Problem[],
): Promise<string[]> {
  const anywhere = parseDestination(input, destinationRules(['0.0.0.0/0', '::/0']));
  if (!anywhere.ok || problems.length > 0) {
    const strict = parseDestination(input, destinationRules([]));
    throw refusedSettings([...(strict.ok ? [] : strict.problems), ...problems], FLAGS);
  }
  return egressAllow((await session.gateway()).manifest, session.io.env);
}

function describeCreated(
  session: Session,
  destination: WebhookDestination,
  secret: WebhookSecret,
): CommandResult {
  const { paint } = session;
  const fields = renderFields(
    [
      ['id', destination.id],
      ['url', destination.url],
      ['auth', destination.auth.type],
      ['profile', destination.profile],
      ['format', destination.format],
      ['retry', describeRetry(destination.retry)],
      [
        'headers',
        destination.customHeaderNames.length === 0 ? undefined : destination.customHeaderNames.join(', '),
      ],
      ['secret', secret.current ?? 'none'],
      [
        'certificate',
        destination.auth.type === 'mtls' ? `valid until ${destination.auth.notAfter}` : undefined,
      ],
    ],
    paint,
  );
  const warning =
    secret.current === undefined
      ? formatAuth(destination.format)?.type === 'none'
        ? 'The URL is the credential: whoever knows it can post there.'
        : destination.auth.type === 'mtls'
          ? 'The receiver knows us by our certificate; requests carry no signature.'
          : 'The receiver cannot tell that requests are ours: it has nothing to verify.'
      : `The secret is shown this once. Give it to the receiver now; for another: tocsin destination rotate ${shellWord(destination.name)}`;
  return {
    json: {
      id: destination.id,
      name: destination.name,
      channel: 'webhook',
      url: destination.url,
      secret: secret.current ?? null,
    },
    text: `${paint('green', 'Created')} destination ${paint('bold', destination.name)}\n\n${indented(fields)}\n\n${paint('yellow', warning)}\n\nTry it: tocsin destination test ${shellWord(destination.name)}`,
  };
}
