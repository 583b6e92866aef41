import type { WebhookSecret } from '../../ports.ts';

/** Shorter ones would blot out ordinary words. */
const MIN_SECRET = 8;

/**
 * What a receiver said, without what we told it in confidence: many error pages repeat the path or a header of the
 * request, and the start of an answer is kept in the delivery log. A secret that is cut off at the end goes too.
 */
export function withoutSecrets(text: string, secret: WebhookSecret): string {
  return secretTexts(secret).reduce((kept, one) => withoutTail(kept.replaceAll(one, '***'), one), text);
}

/** Longest first, since one may be part of another. */
function secretTexts({ url, current, previous, headers }: WebhookSecret): string[] {
  const texts = [
    current,
    previous,
    ...Object.values(headers ?? {}),
    ...(url === undefined ? [] : partsOf(url)),
  ];
  return texts
    .filter((text) => text !== undefined && text.length >= MIN_SECRET)
    .map(String)
    .toSorted((a, b) => b.length - a.length);
}

/** The path as a whole and its end, which is what chats tell their webhooks apart by; the query, and its values. */
function partsOf(text: string): string[] {
  const { pathname, search, searchParams } = new URL(text);
  return [pathname, pathname.slice(pathname.lastIndexOf('/') + 1), search, ...searchParams.values()];
}

function withoutTail(text: string, secret: string): string {
  for (let length = Math.min(secret.length - 1, text.length); length >= MIN_SECRET; length -= 1) {
    if (text.endsWith(secret.slice(0, length))) return `${text.slice(0, -length)}***`;
  }
  return text;
}
