import type { WebhookSecret } from '../../model/config/credential.ts';
import { secretsMask } from '../../text/mask-secrets.ts';

/** One for each secret that was read, for as long as it is remembered. */
const masks = new WeakMap<WebhookSecret, (text: string) => string>();

/**
 * The answer of a receiver without the secrets that we sent it: many error pages repeat the path or a header of the
 * request, and the start of an answer is kept in the delivery log.
 */
export function withoutSecrets(text: string, secret: WebhookSecret): string {
  let mask = masks.get(secret);
  if (mask === undefined) {
    mask = secretsMask(secretTexts(secret));
    masks.set(secret, mask);
  }
  return mask(text);
}

function secretTexts({ url, current, previous, headers }: WebhookSecret): string[] {
  return [
    ...[current, previous].filter((text) => text !== undefined),
    ...Object.values(headers ?? {}).flatMap(partsOfHeader),
    ...(url === undefined ? [] : partsOfUrl(url)),
  ];
}

/** The value, the token behind its scheme, and what a `Basic` one holds. */
function partsOfHeader(value: string): string[] {
  const basic = /^basic ([A-Za-z0-9+/_-]{1,4096})/iu.exec(value)?.[1];
  const pair = basic === undefined ? '' : Buffer.from(basic, 'base64').toString('utf8');
  return [value, ...value.split(/[\s;=,]+/u), pair, pair.slice(pair.indexOf(':') + 1)];
}

/** The path as a whole and its end, which is what chats tell their webhooks apart by; the query, and its values. */
function partsOfUrl(text: string): string[] {
  const { pathname, search, searchParams } = new URL(text);
  return [pathname, pathname.slice(pathname.lastIndexOf('/') + 1), search, ...searchParams.values()];
}
