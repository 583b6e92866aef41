import type { WebhookDestination } from '../../model/config/destination.ts';
import type { WebhookSecret } from '../../model/config/credential.ts';
import { findWebhookFormat } from './formats/index.ts';

/** The settings that decide where a webhook goes, and who else could post there. */
export type UrlSettings = Pick<
  WebhookDestination,
  'url' | 'auth' | 'format' | 'customHeaderNames' | 'hasSecretUrl'
>;

/** Hosts of chats that take a message from everyone who knows the rest of the path. */
const CHAT_PATHS = [
  /^https:\/\/hooks\.slack(-gov)?\.com\/(services|workflows|triggers)\//i,
  /^https:\/\/(\w+\.)?discord(app)?\.com\/api\/webhooks\//i,
  /^https:\/\/[\w.-]+\.logic\.azure\.com(:\d+)?\/workflows\//i,
  /^https:\/\/[\w.-]+\.api\.powerplatform\.com(:\d+)?\/powerautomate\//i,
  /^https:\/\/[\w.-]+\.webhook\.office\.com\/webhookb2\//i,
];

/**
 * Whether somebody who sees the URL can post there as we do: it is of a chat, its query holds something (keys and
 * signatures usually), or nothing else goes along by which the receiver knows us.
 */
export function isSecretUrl(settings: UrlSettings): boolean {
  return hasSecretPath(settings) || new URL(settings.url).search !== '';
}

/** The URL for people and logs: where it leads, and never what lets one post there. */
export function shownUrl(settings: UrlSettings): string {
  if (settings.hasSecretUrl === true || !isSecretUrl(settings)) return settings.url;
  const known = CHAT_PATHS.map((pattern) => pattern.exec(settings.url)?.[0]).find(
    (text) => text !== undefined,
  );
  if (known !== undefined) return `${known}…`;
  const { origin, pathname } = new URL(settings.url);
  return hasSecretPath(settings) ? `${origin}/…` : `${origin}${pathname}?…`;
}

/**
 * Where to post. An item from before URLs were kept secret has the whole URL, and goes on with it.
 *
 * @throws when the URL should lie in the secret and does not
 */
export function endpointUrl(destination: WebhookDestination, secret: WebhookSecret): string {
  if (destination.hasSecretUrl !== true) return destination.url;
  if (secret.url !== undefined) return secret.url;
  throw new Error(
    `destination ${JSON.stringify(destination.name)} has no url in its secret; give it one with destination update --url`,
  );
}

function hasSecretPath({ url, auth, format, customHeaderNames }: UrlSettings): boolean {
  return (
    findWebhookFormat(format)?.auth?.type === 'none' ||
    (auth.type === 'none' && customHeaderNames.length === 0) ||
    CHAT_PATHS.some((pattern) => pattern.test(url))
  );
}
