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

/**
 * Whether a delivery may be sent to an address: only to what is allowed by range, not to what is merely not known to be
 * private.
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
