import { parseDestination, type WebhookSettings } from '../../functions/core/config/parse-destination.ts';
import { WEBHOOK_SETTINGS } from '../../functions/core/config/settings/webhook-settings.ts';
import type { Problem } from '../../functions/core/config/problem.ts';
import type { WebhookDestination } from '../../functions/core/model/config/destination.ts';
import type { WebhookSecret } from '../../functions/core/model/config/credential.ts';
import { changeDestination } from '../destination/change-destination.ts';
import { addressProblem } from '../destination/check-addresses.ts';
import { hideUrl, storeWebhook } from '../destination/create-webhook.ts';
import { destinationRules, tiersOf } from '../destination/webhook-rules.ts';
import {
  DESTINATIONS_MAP,
  givenOf,
  notYetMade,
  partChange,
  storedSecret,
  withState,
  type DestinationPlan,
} from './destination-fields.ts';
import type { FieldChange, World } from './kind.ts';
import { readItem, type ReadItem } from './read-item.ts';
import type { FileItem } from './read-files.ts';
import { givenUrl, webhookParts } from './webhook-secrets.ts';
import { BESIDE_SETTINGS, webhookFields } from './written-destination.ts';

/** The plan for the destination; undefined where there are problems, all of which are reported. */
export async function planWebhook(
  world: World,
  item: FileItem,
  before: WebhookDestination | undefined,
  isEnabled: boolean,
): Promise<DestinationPlan | undefined> {
  const read = await readItem(world, item, WEBHOOK_SETTINGS, BESIDE_SETTINGS);
  const isRead = before !== undefined && read.secrets.size > 0;
  const stored = await storedSecret(world.gateway, isRead ? before.id : undefined);
  const wanted = await wantedWebhook(world, { item, read, before, stored: stored.value });
  if (wanted === undefined) return undefined;
  const { settings } = wanted;
  const secrets = secretChanges(wanted.secret, stored.value ?? {}, read.secrets);
  return {
    after: {
      ...(before === undefined ? notYetMade(item.name, isEnabled) : givenOf(before, isEnabled)),
      ...settings,
    } as WebhookDestination,
    fields: withState(webhookFields(settings), { isEnabled }),
    secrets,
    async run(show) {
      if (before === undefined) {
        const isDictated = read.secrets.get('secret')?.text !== undefined;
        await makeWebhook(world, wanted, { isEnabled, isDictated, show });
        return;
      }
      // Also where the secret has it already: another run may be about to put that back.
      const isWritten = secrets.length > 0 || leansOnSecret(before) !== leansOnSecret(settings);
      const over = isWritten && !isRead ? await storedSecret(world.gateway, before.id) : stored;
      const isNewCredential =
        wanted.secret.current !== undefined && wanted.secret.current !== stored.value?.current;
      const kept = isNewCredential ? withoutCredential(over.value ?? {}) : over.value;
      await changeDestination(world.session, before, {
        settings: { ...givenOf(before, isEnabled), ...settings },
        secret: isWritten
          ? { after: { ...kept, headers: {}, ...wanted.secret }, over: over.version, before: over.value }
          : undefined,
      });
    },
  };
}

/** The webhook that a file describes: as it was parsed, as it is stored, and its secret. */
type WantedWebhook = { parsed: WebhookSettings; settings: WebhookSettings; secret: WebhookSecret };

/** The webhook that the file describes; undefined where there are problems, all of which are reported. */
async function wantedWebhook(
  world: World,
  of: {
    item: FileItem;
    read: ReadItem;
    before: WebhookDestination | undefined;
    stored: WebhookSecret | undefined;
  },
): Promise<WantedWebhook | undefined> {
  const { item, read, before, stored } = of;
  const url = givenUrl(read, before, stored);
  const parts = webhookParts(world, read, before, stored);
  const parsed = parseDestination(
    {
      ...read.input,
      channel: 'webhook',
      name: item.name,
      ...(url !== undefined && { url }),
      ...(parts.headers !== undefined && { customHeaderNames: Object.keys(parts.headers) }),
    },
    destinationRules(tiersOf(world.gateway.manifest, world.session.io.env)),
  );
  if (!parsed.ok) read.report(parsed.problems);
  if (!parsed.ok || read.problemCount() > 0) return undefined;
  const webhook = parsed.value as WebhookSettings;
  const hidden = hideUrl(webhook);
  read.report(changeProblems(webhook, before, hidden.secret.url !== undefined && !read.secrets.has('url')));
  await checkAddress(world, webhook, of);
  const credential = parts.credential(webhook);
  if (read.problemCount() > 0) return undefined;
  const { notAfter, headers, ca, certificate, key } = parts;
  const auth = notAfter === undefined ? (before?.auth ?? webhook.auth) : { type: 'mtls' as const, notAfter };
  return {
    parsed: { ...webhook, auth },
    settings: { ...webhook, ...hidden.settings, auth },
    secret: {
      ...hidden.secret,
      ...(headers !== undefined && { headers }),
      ...(ca !== undefined && { ca }),
      ...(certificate !== undefined && { certificate, key: key ?? '' }),
      ...(credential !== undefined && { current: credential }),
    },
  };
}

/** The problems of settings that a file must not hold, and of settings that cannot change. */
function changeProblems(
  { auth }: WebhookSettings,
  before: WebhookDestination | undefined,
  isSecretInFile: boolean,
): Problem[] {
  const problems: Problem[] = [];
  if (isSecretInFile) {
    const message =
      'is a credential: who knows it can post there; expected {env: NAME} or {secrets_manager: NAME}';
    problems.push({ path: 'url', message });
  }
  if (before !== undefined && before.auth.type !== auth.type) {
    const message = `is ${before.auth.type} and cannot become ${auth.type}; give the destination another name`;
    problems.push({ path: 'auth.type', message });
  }
  return problems;
}

/** Where it leads, looked up where that is new, or has to be public now. */
async function checkAddress(
  { gateway, session }: World,
  webhook: WebhookSettings,
  {
    read,
    before,
    stored,
  }: { read: ReadItem; before: WebhookDestination | undefined; stored: WebhookSecret | undefined },
): Promise<void> {
  const wasUrl = before === undefined ? undefined : (stored?.url ?? before.url);
  const isPublicNow = before?.isPrivate === true && webhook.isPrivate !== true;
  if (webhook.url === wasUrl && !isPublicNow) return;
  const tiers = tiersOf(gateway.manifest, session.io.env);
  const problem = await addressProblem(webhook, session.io, tiers.public);
  if (problem !== undefined) read.report([problem]);
}

async function makeWebhook(
  world: World,
  { parsed, secret }: WantedWebhook,
  given: { isEnabled: boolean; isDictated: boolean; show: Parameters<DestinationPlan['run']>[0] },
): Promise<void> {
  const { session, gateway } = world;
  const { current } = secret;
  const isDrawn = current !== undefined && !given.isDictated;
  const made = await storeWebhook(
    session,
    {
      settings: parsed,
      secret,
      isDictated: !isDrawn,
      tiers: tiersOf(gateway.manifest, session.io.env),
    },
    {
      isEnabled: given.isEnabled,
      madeBy: 'apply',
      saved: () => {
        if (isDrawn) given.show({ kind: 'destination', name: parsed.name, secret: current });
      },
    },
  );
  world.made(DESTINATIONS_MAP, made.name, made.id);
}

/** The settings that change together with the secret, or not at all. */
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
