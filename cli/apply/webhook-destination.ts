import { parseDestination, type WebhookSettings } from '../../functions/core/config/parse-destination.ts';
import { readFileFields } from '../../functions/core/config/file/read-file-fields.ts';
import { writeFileFields } from '../../functions/core/config/file/write-file-fields.ts';
import { WEBHOOK_SETTINGS } from '../../functions/core/config/settings/webhook-settings.ts';
import { isSecretUrl } from '../../functions/core/deliver/webhook/secret-url.ts';
import type { Fields } from '../../functions/core/config/problem.ts';
import type { Destination, WebhookDestination } from '../../functions/core/model/config/destination.ts';
import type { WebhookSecret } from '../../functions/core/model/config/credential.ts';
import { changeDestination } from '../destination/change-destination.ts';
import { addressProblem } from '../destination/check-addresses.ts';
import { hideUrl, storeWebhook } from '../destination/create-webhook.ts';
import { ANY_GATEWAY, destinationRules, tiersOf } from '../destination/webhook-rules.ts';
import type { Gateway } from '../gateway.ts';
import {
  DESTINATIONS_MAP,
  givenOf,
  notYetMade,
  partChange,
  storedSecret,
  withState,
  type DestinationPlan,
} from './destination-fields.ts';
import { withoutDefaults, type FieldChange, type World } from './kind.ts';
import { readItem } from './read-item.ts';
import type { FileItem } from './read-files.ts';
import { givenUrl, webhookParts } from './webhook-secrets.ts';

const NO_NAMES = { source: String, destination: String, interval: String };
const KNOWN = ['channel', 'enabled'];

/** A webhook destination as a file says it. */
export function writtenWebhook(destination: WebhookDestination): Fields {
  return withState(webhookFields(destination), destination);
}

function webhookFields(settings: WebhookSettings): Fields {
  const fields = writeFileFields<WebhookDestination>(
    WEBHOOK_SETTINGS,
    settings as WebhookDestination,
    NO_NAMES,
  );
  const { auth, customHeaderNames: names } = settings;
  const stored = { stored: true };
  return {
    channel: 'webhook',
    ...fields,
    url: settings.hasSecretUrl === true || isSecretUrl(settings) ? stored : settings.url,
    ...(names.length > 0 && { custom_header: Object.fromEntries(names.map((name) => [name, stored])) }),
    ...((auth.type === 'hmac' || auth.type === 'bearer') && { secret: stored }),
    ...(auth.type === 'mtls' && { cert: stored, key: stored }),
  };
}

/** The parts of a secret of which the configuration says nothing. */
export async function storedParts(gateway: Gateway, destination: Destination): Promise<Fields> {
  if (destination.channel === 'email' && destination.transport === undefined) return {};
  const { value } = await storedSecret(gateway, destination.id);
  return value?.ca === undefined ? {} : { ca: { stored: true } };
}

export async function planWebhook(
  world: World,
  item: FileItem,
  before: WebhookDestination | undefined,
  isEnabled: boolean,
): Promise<DestinationPlan | undefined> {
  const { session, gateway } = world;
  const read = await readItem(world, item, WEBHOOK_SETTINGS, KNOWN);
  const isRead = before !== undefined && read.secrets.size > 0;
  const stored = await storedSecret(gateway, isRead ? before.id : undefined);
  const url = givenUrl(read, before, stored.value);
  const parts = webhookParts(world, read, before, stored.value);
  const input = {
    ...read.input,
    channel: 'webhook',
    name: item.name,
    ...(url !== undefined && { url }),
    ...(parts.headers !== undefined && { customHeaderNames: Object.keys(parts.headers) }),
  };
  const tiers = tiersOf(gateway.manifest, session.io.env);
  const parsed = parseDestination(input, destinationRules(tiers));
  if (!parsed.ok) read.report(parsed.problems);
  if (!parsed.ok || read.problemCount() > 0) return undefined;
  const webhook = parsed.value as WebhookSettings;
  const hidden = hideUrl(webhook);
  if (hidden.secret.url !== undefined && !read.secrets.has('url')) {
    const message =
      'is a credential: who knows it can post there; expected {env: NAME} or {secrets_manager: NAME}';
    read.report([{ path: 'url', message }]);
  }
  if (before !== undefined && before.auth.type !== webhook.auth.type) {
    const message = `is ${before.auth.type} and cannot become ${webhook.auth.type}; give the destination another name`;
    read.report([{ path: 'auth.type', message }]);
  }
  const wasUrl = before === undefined ? undefined : (stored.value?.url ?? before.url);
  if (webhook.url !== wasUrl || (before?.isPrivate === true && webhook.isPrivate !== true)) {
    const problem = await addressProblem(webhook, session.io, tiers.public);
    if (problem !== undefined) read.report([problem]);
  }
  const credential = parts.credential(webhook);
  if (read.problemCount() > 0) return undefined;
  const { notAfter, headers, ca, certificate, key } = parts;
  const auth = notAfter === undefined ? (before?.auth ?? webhook.auth) : { type: 'mtls' as const, notAfter };
  const settings: WebhookSettings = { ...webhook, ...hidden.settings, auth };
  const after: WebhookSecret = {
    ...hidden.secret,
    ...(headers !== undefined && { headers }),
    ...(ca !== undefined && { ca }),
    ...(certificate !== undefined && { certificate, key: key ?? '' }),
    ...(credential !== undefined && { current: credential }),
  };
  const secrets = secretChanges(after, stored.value ?? {}, read.secrets);
  return {
    after: {
      ...(before === undefined ? notYetMade(item.name, isEnabled) : givenOf(before, isEnabled)),
      ...settings,
    } as WebhookDestination,
    fields: withState(webhookFields(settings), { isEnabled }),
    secrets,
    async run(show) {
      if (before === undefined) {
        const isDrawn = credential !== undefined && read.secrets.get('secret')?.text === undefined;
        const made = await storeWebhook(
          session,
          { settings: { ...webhook, auth }, secret: after, isDictated: !isDrawn, tiers },
          {
            isEnabled,
            madeBy: 'apply',
            saved: () => {
              if (isDrawn) show({ kind: 'destination', name: item.name, secret: credential });
            },
          },
        );
        world.made(DESTINATIONS_MAP, made.name, made.id);
        return;
      }
      const isNewCredential = credential !== undefined && credential !== stored.value?.current;
      // Also where the secret has it already: another run may be about to put that back.
      const isWritten = secrets.length > 0 || leansOnSecret(before) !== leansOnSecret(settings);
      const over = isWritten && !isRead ? await storedSecret(gateway, before.id) : stored;
      await changeDestination(session, before, {
        settings: { ...givenOf(before, isEnabled), ...settings },
        secret: isWritten
          ? {
              after: {
                ...(isNewCredential ? withoutCredential(over.value ?? {}) : over.value),
                headers: {},
                ...after,
              },
              over: over.version,
              before: over.value,
            }
          : undefined,
      });
    },
  };
}

/** What the configuration says of its secret: it changes with that, or not at all. */
function leansOnSecret({ customHeaderNames, url, hasSecretUrl, auth }: WebhookSettings): string {
  return JSON.stringify([customHeaderNames, hasSecretUrl === true ? url : '', auth]);
}

/** A token that its receiver says is sent from now on, and no other beside it. */
function withoutCredential({
  current: _current,
  currentFrom: _from,
  previous: _previous,
  previousNotAfter: _notAfter,
  ...others
}: WebhookSecret): WebhookSecret {
  return others;
}

function secretChanges(
  after: WebhookSecret,
  before: WebhookSecret,
  given: Awaited<ReturnType<typeof readItem>>['secrets'],
): FieldChange[] {
  const part = (field: string, path: string, name: 'url' | 'current' | 'ca' | 'certificate' | 'key') =>
    partChange(field, before[name], after[name], given.get(path));
  const headers = Object.entries(after.headers ?? {}).flatMap(([name, value]) =>
    partChange(
      `custom_header.${name}`,
      before.headers?.[name],
      value,
      given.get(`customHeaders.${name}`) ?? given.get('customHeaders'),
    ),
  );
  return [
    ...part('url', 'url', 'url'),
    ...headers,
    ...part('secret', 'secret', 'current'),
    ...part('cert', 'certificate', 'certificate'),
    ...part('key', 'key', 'key'),
    ...part('ca', 'ca', 'ca'),
  ];
}

/** What of a webhook destination goes without saying. A URL that is a secret stands for any that is one. */
export function shortenWebhook(fields: Fields, name: string): Fields {
  const keep = ['channel', 'url', 'auth', 'enabled', 'secret', 'custom_header', 'cert', 'key', 'ca'];
  return withoutDefaults(fields, keep, (left) => {
    const { input } = readFileFields(WEBHOOK_SETTINGS, left, KNOWN, []);
    const url = input['url'] ?? 'https://stored.example/';
    const parsed = parseDestination(
      { ...input, url, channel: 'webhook', name },
      destinationRules(ANY_GATEWAY),
    );
    return parsed.ok ? JSON.stringify(parsed.value) : undefined;
  });
}
