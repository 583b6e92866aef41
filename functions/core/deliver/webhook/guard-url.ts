import ipaddr from 'ipaddr.js';

/**
 * IPv4 ranges that are not the public internet, from the IANA special-purpose registry (RFC 6890), and the two
 * addresses inside public ranges where clouds answer as themselves: 168.63.129.16 (Azure) and 192.0.0.192
 * (Oracle, inside 192.0.0.0/24).
 */
const NOT_PUBLIC_IPV4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '168.63.129.16/32',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.31.196.0/24',
  '192.52.193.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '192.175.48.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
].map((range) => ipaddr.IPv4.parseCIDR(range));

/** The only IPv6 space that IANA hands out as global unicast; whatever lies outside is refused. */
const GLOBAL_UNICAST_IPV6 = ipaddr.IPv6.parseCIDR('2000::/3');

/** Inside it: protocol assignments with Teredo and benchmarks, documentation, 6to4 (which carries any IPv4). */
const NOT_PUBLIC_IPV6 = ['2001::/23', '2001:db8::/32', '2002::/16', '2620:4f:8000::/48', '3fff::/20'].map(
  (range) => ipaddr.IPv6.parseCIDR(range),
);

/** An address is judged at every delivery, and the verdict over it never changes. */
const verdicts = new Map<string, boolean>();
const MAX_VERDICTS = 1_000;

/** What is right with a URL, or what is wrong with it, in words that name the fix. */
type ParsedUrl = { ok: true; url: URL } | { ok: false; problem: string };

/**
 * Whether a webhook may be sent to an address: only to what is allowed by range, not to what is merely not
 * known to be private.
 *
 * @param egressAllow CIDR ranges past the guard; only a local run has any.
 */
export function isAllowedAddress(address: string, egressAllow: readonly string[] = []): boolean {
  const question = `${egressAllow.join(' ')} > ${address}`;
  let verdict = verdicts.get(question);
  if (verdict === undefined) {
    verdict = ipaddr.isValid(address) && isInAllowedRange(address, egressAllow);
    if (verdicts.size >= MAX_VERDICTS) verdicts.clear();
    verdicts.set(question, verdict);
  }
  return verdict;
}

function isInAllowedRange(address: string, egressAllow: readonly string[]): boolean {
  const parsed = ipaddr.parse(address);
  if (egressAllow.some((range) => isInside(parsed, range))) {
    return true;
  }
  return parsed instanceof ipaddr.IPv4
    ? !NOT_PUBLIC_IPV4.some((range) => parsed.match(range))
    : parsed.match(GLOBAL_UNICAST_IPV6) && !NOT_PUBLIC_IPV6.some((range) => parsed.match(range));
}

function isInside(address: ipaddr.IPv4 | ipaddr.IPv6, range: string): boolean {
  const [network, bits] = ipaddr.parseCIDR(range);
  if (network instanceof ipaddr.IPv4) {
    return address instanceof ipaddr.IPv4 && address.match(network, bits);
  }
  return address instanceof ipaddr.IPv6 && address.match(network, bits);
}

/**
 * Reads a webhook URL as strictly as it will be used: HTTPS, a host, no credentials, nothing that a second
 * parser could read another way. An address in the host is vetted here, a name when it is resolved.
 */
export function parseWebhookUrl(text: string, egressAllow: readonly string[] = []): ParsedUrl {
  if (/[\s\\]/u.test(text) || hasControlCharacter(text)) {
    return { ok: false, problem: 'it contains white space, a control character or a backslash; remove it' };
  }
  if (!URL.canParse(text)) {
    return { ok: false, problem: 'it is not a URL; expected https://host/path' };
  }
  const url = new URL(text);
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
  if (address !== undefined && !isAllowedAddress(address, egressAllow)) {
    return { ok: false, problem: `${address} is not a public address; webhooks go to public addresses only` };
  }
  if (url.hostname.endsWith('.')) {
    return { ok: false, problem: 'the host ends with a dot; remove it' };
  }
  return { ok: true, url };
}

/** The IP address when the URL's host is one, without the brackets of IPv6; undefined for a name. */
export function addressOf(url: URL): string | undefined {
  const host = url.hostname.replace(/^\[|\]$/gu, '');
  return ipaddr.isValid(host) ? host : undefined;
}

function authorityOf(text: string): string {
  return /^https:\/\/([^/?#]*)/iu.exec(text)?.[1] ?? '';
}

function hasControlCharacter(text: string): boolean {
  return /[\u0000-\u001f\u007f]/u.test(text);
}
