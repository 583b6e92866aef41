import { readFile } from 'node:fs/promises';
import { parseCustomHeaders } from '../../functions/core/config/parse-custom-headers.ts';
import { parseDestination, type WebhookSettings } from '../../functions/core/config/parse-destination.ts';
import { parseBearerToken } from '../../functions/core/config/parse-secret.ts';
import { WEBHOOK_SETTINGS } from '../../functions/core/config/settings/webhook-settings.ts';
import { isSecretUrl, shownUrl } from '../../functions/core/deliver/webhook/secret-url.ts';
import { addressProblem } from './check-addresses.ts';
import { createConfig } from '../config/create-config.ts';
import { flagsOf, inputOf, type OptionsOf } from '../config/settings.ts';
import { refusedSettings } from '../failure.ts';
import { readTypedSecret } from '../confidential-input.ts';
import { randomOf } from '../io.ts';
import { randomConfigId, randomToken, randomWebhookSecret } from '../config/random-id.ts';
import { readCaFile } from './read-ca-file.ts';
import { readClientCertificate } from './read-client-certificate.ts';
import {
  ANY_GATEWAY,
  destinationRules,
  formatAuth,
  STRICT,
  tiersOf,
  type GatewayTiers,
} from './webhook-rules.ts';
import type { Problem } from '../../functions/core/config/problem.ts';
import type { WebhookDestination } from '../../functions/core/model/config/destination.ts';
import type { WebhookSecret } from '../../functions/core/model/config/credential.ts';
import type { MadeBy } from '../../functions/core/operator/ports.ts';
import type { Session } from '../session.ts';
import { errorCode } from '../error-code.ts';

/** The options of a webhook destination. */
export type WebhookOptions = OptionsOf<typeof WEBHOOK_SETTINGS>;

/** The option that sets a field, by the path that a problem names. */
export const WEBHOOK_FLAGS = flagsOf(WEBHOOK_SETTINGS);

/** A webhook destination that can be stored as it is. */
export type PreparedWebhook = {
  settings: WebhookSettings;
  secret: WebhookSecret;
  /** The receiver's own token: the operator who gave it has it, so no screen needs to show it. */
  isDictated: boolean;
  /** Where the gateway may post to. */
  tiers: GatewayTiers;
};

/**
 * Settings and secret from what the operator said, its address looked at; refuses with every problem at once.
 *
 * @param token of a receiver that dictates one, when it does not come from standard input.
 */
export async function prepareWebhook(
  session: Session,
  options: WebhookOptions,
  token?: string,
): Promise<PreparedWebhook> {
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
    ...webhookInput(options),
    template,
    customHeaderNames: headers.ok ? Object.keys(headers.value) : undefined,
  };
  await addCredential(session, { ...options, given: token }, secret, problems);
  const tiers = await tiersFor(session, input, problems);
  const settings = parseDestination(input, destinationRules(tiers));
  if (!settings.ok) throw refusedSettings([...settings.problems, ...problems], WEBHOOK_FLAGS);
  const webhook = settings.value as WebhookSettings;
  const address = await addressProblem(webhook, session.io, tiers.public);
  if (address !== undefined) throw refusedSettings([address], WEBHOOK_FLAGS);
  return {
    settings: { ...webhook, ...(notAfter !== undefined && { auth: { type: 'mtls', notAfter } }) },
    secret,
    isDictated: token !== undefined || options.secretStdin === true,
    tiers,
  };
}

/** Gives the destination its id and stores it, the secret first. */
export async function storeWebhook(
  session: Session,
  { settings, secret }: PreparedWebhook,
  { isEnabled = true, madeBy, saved }: { isEnabled?: boolean; madeBy?: MadeBy; saved?: () => void } = {},
): Promise<WebhookDestination> {
  const gateway = await session.gateway();
  const hidden = hideUrl(settings);
  const now = new Date(session.io.clock.now()).toISOString();
  const destination: WebhookDestination = {
    id: randomConfigId('dst', randomOf(session.io)),
    ...settings,
    ...hidden.settings,
    isEnabled,
    version: 1,
    createdAt: now,
    updatedAt: now,
  };
  const save = async () => {
    const result = await gateway.secrets.saveDestination(
      destination.id,
      { ...secret, ...hidden.secret },
      undefined,
    );
    if (result.result === 'saved') saved?.();
    return result;
  };
  await createConfig(gateway, 'destination', destination, { saveSecret: save, madeBy });
  return destination;
}

/** A URL that is a credential goes into the secret, and the settings keep only where it leads. */
export function hideUrl(settings: WebhookSettings): {
  settings: Pick<WebhookDestination, 'url' | 'hasSecretUrl'>;
  secret: Pick<WebhookSecret, 'url'>;
} {
  return isSecretUrl(settings)
    ? { settings: { url: shownUrl(settings), hasSecretUrl: true }, secret: { url: settings.url } }
    : { settings: { url: settings.url }, secret: {} };
}

/** The part of the parser's input that does not come from files. */
function webhookInput(options: WebhookOptions): Record<string, unknown> {
  return { ...inputOf(WEBHOOK_SETTINGS, options), channel: 'webhook' };
}

/** The profile's own, unless told. */
export function formatOf({ format, profile }: WebhookOptions): string {
  return format ?? profile ?? 'tocsin';
}

/** The pair of auth mtls goes into the secret; answers with the end of the certificate. */
async function addClientCertificate(
  session: Session,
  { auth, certFile, keyFile }: WebhookOptions,
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

/** The template as it stands in the file; undefined, with a problem, when it cannot be read. */
export async function readTemplateFile(
  path: string | undefined,
  problems: Problem[],
): Promise<string | undefined> {
  if (path === undefined) return undefined;
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const message = `${JSON.stringify(path)} cannot be read (${errorCode(error)})`;
    problems.push({ path: 'template', message });
    return undefined;
  }
}

/** Puts the credential into the secret: drawn here, or dictated by a receiver that knows only tokens. */
async function addCredential(
  session: Session,
  { given, ...options }: WebhookOptions & { given: string | undefined },
  secret: WebhookSecret,
  problems: Problem[],
): Promise<void> {
  const random = randomOf(session.io);
  const known = formatAuth(formatOf(options));
  const auth = options.auth ?? known?.type ?? 'hmac';
  if (options.secretStdin !== true && given === undefined) {
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
  if (given !== undefined) session.keepSecret(given.trim());
  const token = parseBearerToken(given ?? (await readTypedSecret(session, 'token')));
  if (token.ok) secret.current = token.value;
  else problems.push(...token.problems);
}

/**
 * Where the gateway may post to. That depends on the gateway, and wrong usage must be told without one: settings
 * that are wrong whatever the gateway allows are refused before it is opened.
 */
async function tiersFor(
  session: Session,
  input: object,
  problems: readonly Problem[],
): Promise<GatewayTiers> {
  const anywhere = parseDestination(input, destinationRules(ANY_GATEWAY));
  if (!anywhere.ok || problems.length > 0) {
    const strict = parseDestination(input, destinationRules(STRICT));
    throw refusedSettings([...(strict.ok ? [] : strict.problems), ...problems], WEBHOOK_FLAGS);
  }
  return tiersOf((await session.gateway()).manifest, session.io.env);
}
