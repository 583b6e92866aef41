import { parseCustomHeaders } from '../../functions/core/config/parse-custom-headers.ts';
import { parseDestination } from '../../functions/core/config/parse-destination.ts';
import type { Problem } from '../../functions/core/config/problem.ts';
import { WEBHOOK_SETTINGS } from '../../functions/core/config/settings/webhook-settings.ts';
import type { WebhookSecret } from '../../functions/core/model/config/credential.ts';
import type { WebhookDestination } from '../../functions/core/model/config/destination.ts';
import { foundBefore, type SecretChange } from '../config/change-secret.ts';
import { inputOf, type OptionsOf } from '../config/settings.ts';
import { refusedSettings } from '../failure.ts';
import type { Gateway } from '../gateway.ts';
import type { Session } from '../session.ts';
import { type Changed, withoutShared } from './change-destination.ts';
import { addressProblem } from './check-addresses.ts';
import { hideUrl, readTemplateFile, WEBHOOK_FLAGS } from './create-webhook.ts';
import { readCaFile } from './read-ca-file.ts';
import { readClientCertificate } from './read-client-certificate.ts';
import { destinationRules, tiersOf } from './webhook-rules.ts';

export type WebhookUpdate = OptionsOf<typeof WEBHOOK_SETTINGS, 'update'>;

/** A webhook as `destination update` leaves it: settings without an option stay. */
export async function changedWebhook(
  session: Session,
  gateway: Gateway,
  before: WebhookDestination,
  options: WebhookUpdate,
): Promise<Changed<WebhookDestination>> {
  const problems: Problem[] = [];
  const secret = await secretChanges(session, before, options, problems);
  const { notAfter, ...stored } = secret;
  const tiers = tiersOf(gateway.manifest, session.io.env);
  const template = await readTemplateFile(options.templateFile, problems);
  const settings = parseDestination(
    {
      ...inputOf<WebhookDestination>(WEBHOOK_SETTINGS, options, before),
      url: options.url ?? (await urlOf(gateway, before)),
      ...(template !== undefined && { template }),
      ...(stored.headers !== undefined && { customHeaderNames: Object.keys(stored.headers) }),
    },
    destinationRules(tiers),
  );
  if (!settings.ok) problems.push(...settings.problems);
  if (!settings.ok || problems.length > 0) throw refusedSettings(problems, WEBHOOK_FLAGS);
  const value = settings.value as Extract<typeof settings.value, { channel: 'webhook' }>;
  // The same name may mean another address outside of the private network.
  if (options.url !== undefined || (before.isPrivate === true && value.isPrivate !== true)) {
    const address = await addressProblem(value, session.io, tiers.public);
    if (address !== undefined) throw refusedSettings([address], WEBHOOK_FLAGS);
  }
  // A secret URL stays secret, until another URL is given.
  const isKept = before.hasSecretUrl === true && options.url === undefined;
  const url = isKept ? { settings: { url: before.url, hasSecretUrl: true }, secret: {} } : hideUrl(value);
  const changes = { ...stored, ...url.secret };
  const { template: _template, isPrivate: _network, hasSecretUrl: _url, ...rest } = withoutShared(before);
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

/** The whole URL; its visible part when the rest should lie in the secret and cannot be read there. */
async function urlOf({ secrets }: Gateway, { id, url, hasSecretUrl }: WebhookDestination): Promise<string> {
  if (hasSecretUrl !== true) return url;
  const { value } = await foundBefore(
    async () => secrets.readDestination(id),
    async () => secrets.versionOf('destination', id),
  );
  return value?.url ?? url;
}

/** The changes of the secret; the credential itself changes with rotate only. */
async function secretChanges(
  session: Session,
  before: WebhookDestination,
  options: WebhookUpdate,
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
