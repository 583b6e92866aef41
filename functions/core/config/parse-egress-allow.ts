import { CLOUD_RANGES, PRIVATE_RANGES } from '../model/config/address-ranges.ts';
import { quoted } from './problem.ts';

/** A CIDR range as numbers: its first and its last address. */
type Range = { family: 4 | 6; first: bigint; last: bigint };

/** What a range that may not be opened is called, where the narrowest of these that meets it says more than "public". */
const NAMED: readonly [name: string, cidrs: readonly string[]][] = [
  ['addresses where a cloud answers as itself', [...CLOUD_RANGES, '168.63.129.16/32', '192.0.0.192/32']],
  ['metadata', ['169.254.169.254/32', '169.254.170.0/24']],
  [
    'IPv4 inside of IPv6; write the range of IPv4 itself',
    ['::ffff:0:0/96', '64:ff9b::/96', '64:ff9b:1::/48', '2002::/16'],
  ],
  ['loopback', ['127.0.0.0/8', '::1/128']],
  ['unspecified', ['0.0.0.0/8', '::/128']],
  ['link-local', ['169.254.0.0/16', 'fe80::/10']],
  ['multicast', ['224.0.0.0/4', 'ff00::/8']],
  ['reserved', ['240.0.0.0/4', '192.0.0.0/24', '198.18.0.0/15']],
];

const IPV4 = /^(?:(?:0|[1-9]\d?|1\d\d|2[0-4]\d|25[0-5])(?:\.(?!$)|$)){4}$/u;

const PRIVATE = PRIVATE_RANGES.map((cidr) => known(cidr));

/**
 * What is wrong with the ranges that a deployment opens to its private destinations; undefined when nothing is.
 *
 * Each is a CIDR range inside of RFC 1918, RFC 6598 or the unique local addresses, in its usual spelling, and none is part
 * of another.
 */
export function egressAllowProblem(cidrs: readonly string[]): string | undefined {
  if (cidrs.length === 0) return 'opens nothing; expected at least one range such as 10.0.0.0/8';
  const ranges: { cidr: string; range: Range }[] = [];
  for (const cidr of cidrs) {
    const range = rangeOf(cidr);
    if (typeof range === 'string') return `${quoted(cidr)} ${range}`;
    const problem = refusal(range);
    if (problem !== undefined) return `${quoted(cidr)} ${problem}`;
    const other = ranges.find((one) => contains(one.range, range) || contains(range, one.range));
    if (other !== undefined) {
      if (other.cidr === cidr) return `${quoted(cidr)} stands there twice`;
      const [wide, narrow] = contains(other.range, range) ? [other.cidr, cidr] : [cidr, other.cidr];
      return `${quoted(narrow)} is a part of ${quoted(wide)}; leave one of them out`;
    }
    ranges.push({ cidr, range });
  }
  return undefined;
}

function refusal(range: Range): string | undefined {
  const inside = PRIVATE.some((open) => contains(open, range));
  const named = NAMED.find(([, cidrs]) => cidrs.some((cidr) => contains(known(cidr), range)))?.[0];
  if (inside && named === undefined) return undefined;
  if (named !== undefined) return `is never opened: ${named}`;
  const part = PRIVATE_RANGES.find((cidr) => contains(range, known(cidr)));
  const expected = `expected a part of ${PRIVATE_RANGES.join(', ')}`;
  return part === undefined ? `is public; ${expected}` : `holds public addresses beside ${part}; ${expected}`;
}

/** The range, or what is wrong with its spelling. */
function rangeOf(cidr: string): Range | string {
  const [network = '', bits = '', ...more] = cidr.split('/');
  const family = familyOf(network);
  if (family === undefined || more.length > 0) {
    return 'is no CIDR range; expected one such as 10.0.0.0/8 or fd00::/8';
  }
  const size = family === 4 ? 32 : 128;
  if (bits === '') return `has no length; for one address write ${network}/${size}`;
  if (!/^(0|[1-9]\d{0,2})$/.test(bits) || Number(bits) > size) {
    return `has the length ${quoted(bits)}; expected 0 to ${size}`;
  }
  const first = numberOf(network, family);
  const host = (1n << BigInt(size - Number(bits))) - 1n;
  if ((first & host) !== 0n) {
    return `begins inside of a range; expected ${textOf(first & ~host, family)}/${bits}`;
  }
  return { family, first, last: first | host };
}

/** The reader of URLs takes an address of IPv6 in brackets, and none with a zone. */
function familyOf(address: string): 4 | 6 | undefined {
  if (IPV4.test(address)) return 4;
  return /^[0-9a-f:.]+$/iu.test(address) && URL.canParse(`http://[${address}]`) ? 6 : undefined;
}

function known(cidr: string): Range {
  const range = rangeOf(cidr);
  if (typeof range === 'string') throw new Error(`${cidr} ${range}`);
  return range;
}

function contains(wide: Range, narrow: Range): boolean {
  return wide.family === narrow.family && wide.first <= narrow.first && narrow.last <= wide.last;
}

/** An address as a number; the reader of URLs spells IPv6 in groups of hexadecimal digits. */
function numberOf(address: string, family: 4 | 6): bigint {
  if (family === 4) return address.split('.').reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const groups = (text: string): string[] => (text === '' ? [] : text.split(':'));
  const [before, after] = [groups(head), groups(tail ?? '')];
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  return [...before, ...zeros, ...after].reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n);
}

function textOf(value: bigint, family: 4 | 6): string {
  const part = family === 4 ? { count: 4, bits: 8n } : { count: 8, bits: 16n };
  const parts = Array.from({ length: part.count }, (_, index) => {
    const shift = part.bits * BigInt(part.count - 1 - index);
    return Number((value >> shift) & ((1n << part.bits) - 1n));
  });
  if (family === 4) return parts.join('.');
  return new URL(`http://[${parts.map((group) => group.toString(16)).join(':')}]`).hostname.slice(1, -1);
}
