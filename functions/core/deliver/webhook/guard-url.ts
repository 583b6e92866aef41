import { isIP } from 'node:net';
import { type AddressTier, publicTier } from './address-tier.ts';

/** A URL that may be posted to, or the problem with it, in words that name the fix. */
type ParsedUrl = { ok: true; url: URL } | { ok: false; problem: string };

/**
 * Reads a webhook URL as strictly as it will be used: HTTPS, a host, no credentials, nothing that a second
 * parser could read another way. An address in the host is vetted here, a name when it is resolved.
 */
export function parseWebhookUrl(text: string, tier: AddressTier = publicTier()): ParsedUrl {
  if (/[\s\\]/u.test(text) || hasControlCharacter(text)) {
    return { ok: false, problem: 'it contains white space, a control character or a backslash; remove it' };
  }
  const url = URL.parse(text);
  if (url === null) {
    return { ok: false, problem: 'it is not a URL; expected https://host/path' };
  }
  if (url.protocol !== 'https:') {
    return { ok: false, problem: `it begins with ${url.protocol}//; only https:// is accepted` };
  }
  if (!/^https:\/\/[^/]/iu.test(text)) {
    return { ok: false, problem: 'the two slashes after https: are missing; expected https://host/path' };
  }
  if (url.username !== '' || url.password !== '' || authorityOf(text).includes('@')) {
    return { ok: false, problem: 'it carries a user name or password; use a custom header for credentials' };
  }
  if (url.hash !== '') {
    return { ok: false, problem: 'it has a fragment (#…), which is never sent; remove it' };
  }
  const address = addressOf(url);
  if (address !== undefined && !tier.isAllowed(address)) {
    return { ok: false, problem: `${address} ${tier.refusal(address)}` };
  }
  if (url.hostname.endsWith('.')) {
    return { ok: false, problem: 'the host ends with a dot; remove it' };
  }
  return { ok: true, url };
}

/** The IP address when the URL's host is one, without the brackets of IPv6; undefined for a name. */
export function addressOf(url: URL): string | undefined {
  const host = url.hostname.replace(/^\[|\]$/gu, '');
  return isIP(host) === 0 ? undefined : host;
}

function authorityOf(text: string): string {
  return /^https:\/\/([^/?#]*)/iu.exec(text)?.[1] ?? '';
}

function hasControlCharacter(text: string): boolean {
  return /[\u0000-\u001f\u007f]/u.test(text);
}
