import * as fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { describe, expect, it } from 'vitest';
import { isAllowedAddress } from '../../../functions/core/deliver/allowed-address.ts';

/** First and last address of every range that is refused, and their neighbours outside. */
const IPV4: [range: string, before: string, first: string, last: string, after: string][] = [
  ['0.0.0.0/8', '', '0.0.0.0', '0.255.255.255', '1.0.0.0'],
  ['10.0.0.0/8', '9.255.255.255', '10.0.0.0', '10.255.255.255', '11.0.0.0'],
  ['100.64.0.0/10', '100.63.255.255', '100.64.0.0', '100.127.255.255', '100.128.0.0'],
  ['127.0.0.0/8', '126.255.255.255', '127.0.0.0', '127.255.255.255', '128.0.0.0'],
  ['168.63.129.16/32', '168.63.129.15', '168.63.129.16', '168.63.129.16', '168.63.129.17'],
  ['169.254.0.0/16', '169.253.255.255', '169.254.0.0', '169.254.255.255', '169.255.0.0'],
  ['172.16.0.0/12', '172.15.255.255', '172.16.0.0', '172.31.255.255', '172.32.0.0'],
  ['192.0.0.0/24', '191.255.255.255', '192.0.0.0', '192.0.0.255', '192.0.1.0'],
  ['192.0.2.0/24', '192.0.1.255', '192.0.2.0', '192.0.2.255', '192.0.3.0'],
  ['192.31.196.0/24', '192.31.195.255', '192.31.196.0', '192.31.196.255', '192.31.197.0'],
  ['192.52.193.0/24', '192.52.192.255', '192.52.193.0', '192.52.193.255', '192.52.194.0'],
  ['192.88.99.0/24', '192.88.98.255', '192.88.99.0', '192.88.99.255', '192.88.100.0'],
  ['192.168.0.0/16', '192.167.255.255', '192.168.0.0', '192.168.255.255', '192.169.0.0'],
  ['192.175.48.0/24', '192.175.47.255', '192.175.48.0', '192.175.48.255', '192.175.49.0'],
  ['198.18.0.0/15', '198.17.255.255', '198.18.0.0', '198.19.255.255', '198.20.0.0'],
  ['198.51.100.0/24', '198.51.99.255', '198.51.100.0', '198.51.100.255', '198.51.101.0'],
  ['203.0.113.0/24', '203.0.112.255', '203.0.113.0', '203.0.113.255', '203.0.114.0'],
  ['224.0.0.0/3', '223.255.255.255', '224.0.0.0', '255.255.255.255', ''],
];

const byte = fc.nat(255);
const ipv4 = fc.tuple(byte, byte, byte, byte).map((bytes) => bytes.join('.'));
/** Near the ranges that mean something, and anywhere. */
const firstGroup = fc.oneof(
  fc.constantFrom('2000', '2001', '2002', '2620', '3ffe', '3fff', '1fff', '4000', 'fe80', 'fd00', '0', '64'),
  fc.nat(0xffff).map((group) => group.toString(16)),
);
const group = fc.oneof(
  fc.constantFrom('0', 'db8', '4f', '8000', '1ff', '200', 'ffff', 'fff', '1000'),
  fc.nat(0xffff).map((one) => one.toString(16)),
);
const ipv6 = fc
  .tuple(firstGroup, fc.array(group, { minLength: 7, maxLength: 7 }))
  .map(([first, others]) => [first, ...others].join(':'));

describe('an address', () => {
  it.each(IPV4)('in %s is refused, and its neighbours are not', (_range, before, first, last, after) => {
    expect([first, last].map((address) => isAllowedAddress(address))).toEqual([false, false]);
    const outside = [before, after].filter((address) => address !== '');
    expect(outside.map((address) => isAllowedAddress(address))).toEqual(outside.map(() => true));
  });

  it('is in a range that is allowed exactly when another reader of addresses says so', () => {
    fc.assert(
      fc.property(fc.oneof(ipv4, ipv6), fc.oneof(ipv4, ipv6), fc.nat(128), (address, network, length) => {
        const bits = network.includes(':') ? length : length % 33;
        const range = `${network}/${String(bits)}`;
        const [one, other] = [ipaddr.parse(address), ipaddr.parse(network)];
        const isInside = one.kind() === other.kind() && (one as ipaddr.IPv6).match(other, bits);
        expect(isAllowedAddress(address, [range])).toBe(isInside || isAllowedAddress(address));
      }),
      { numRuns: 2_000 },
    );
  });

  it('of IPv6 is allowed as global unicast only, and not where it stands for something else', () => {
    const refused = ['2001::/23', '2001:db8::/32', '2002::/16', '2620:4f:8000::/48', '3fff::/20'];
    fc.assert(
      fc.property(ipv6, (address) => {
        const isIn = (range: string) => ipaddr.IPv6.parse(address).match(ipaddr.IPv6.parseCIDR(range));
        expect(isAllowedAddress(address)).toBe(isIn('2000::/3') && !refused.some(isIn));
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    '127.1',
    '0x7f.0.0.1',
    '2130706433',
    '0177.0.0.1',
    '8.8.8',
    '134744072',
    '8.8.8.8.',
    ' 8.8.8.8',
    '::ffff:8.8.8.8',
    '[::1]',
  ])('that is written as %s is refused: not every reader takes it for the same', (address) => {
    expect(isAllowedAddress(address)).toBe(false);
  });
});
