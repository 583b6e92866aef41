import { BlockList, isIP, isIPv6 } from 'node:net';

/**
 * IPv4 ranges that are not the public internet, from the IANA special-purpose registry (RFC 6890), and the two
 * addresses inside public ranges where clouds answer as themselves: 168.63.129.16 (Azure) and 192.0.0.192
 * (Oracle, inside 192.0.0.0/24).
 */
const NOT_PUBLIC_IPV4 = rangesOf([
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
]);

/** The only IPv6 space that IANA hands out as global unicast; whatever lies outside is refused. */
const GLOBAL_UNICAST_IPV6 = rangesOf(['2000::/3']);

/** Inside it: protocol assignments with Teredo and benchmarks, documentation, 6to4 (which carries any IPv4). */
const NOT_PUBLIC_IPV6 = rangesOf([
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  '2620:4f:8000::/48',
  '3fff::/20',
]);

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
    verdict = isIP(address) !== 0 && isInAllowedRange(address, egressAllow);
    if (verdicts.size >= MAX_VERDICTS) verdicts.clear();
    verdicts.set(question, verdict);
  }
  return verdict;
}

/** Whether an address, in its usual spelling and without a zone, is in one of these CIDR ranges. */
export function insideOf(cidrs: readonly string[]): (address: string) => boolean {
  const ranges = rangesOf(cidrs);
  return (address) => isIP(address) !== 0 && !address.includes('%') && isInside(address, ranges);
}

function isInAllowedRange(address: string, egressAllow: readonly string[]): boolean {
  if (isInside(address, rangesOf(egressAllow))) {
    return true;
  }
  return isIPv6(address)
    ? isInside(address, GLOBAL_UNICAST_IPV6) && !isInside(address, NOT_PUBLIC_IPV6)
    : !isInside(address, NOT_PUBLIC_IPV4);
}

type Family = 'ipv4' | 'ipv6';
type Ranges = Record<Family, BlockList>;

/** By family: a list of both would take `::ffff:127.0.0.1` for the address of IPv4 that it carries. */
function rangesOf(cidrs: readonly string[]): Ranges {
  const ranges: Ranges = { ipv4: new BlockList(), ipv6: new BlockList() };
  for (const cidr of cidrs) {
    const [network = '', bits = ''] = cidr.split('/');
    const family = familyOf(network);
    ranges[family].addSubnet(network, Number.parseInt(bits, 10), family);
  }
  return ranges;
}

function isInside(address: string, ranges: Ranges): boolean {
  const family = familyOf(address);
  return ranges[family].check(address, family);
}

function familyOf(address: string): Family {
  return isIPv6(address) ? 'ipv6' : 'ipv4';
}
