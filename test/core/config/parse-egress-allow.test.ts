import * as fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { describe, expect, test } from 'vitest';
import { egressAllowProblem } from '../../../functions/core/config/parse-egress-allow.ts';
import { privateTier } from '../../../functions/core/deliver/webhook/address-tier.ts';

describe('egressAllow', () => {
  test.each([
    [['10.0.0.0/8']],
    [['10.0.0.0/8', 'fd00::/8']],
    [['10.1.2.3/32', '10.1.2.4/32', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7']],
    [['FD00:0:0::/48']],
  ])('takes %j', (ranges) => {
    expect(egressAllowProblem(ranges)).toBeUndefined();
  });

  test.each([
    ['127.0.0.0/8', /loopback/],
    ['127.0.0.1/32', /loopback/],
    ['::1/128', /loopback/],
    ['169.254.0.0/16', /link-local/],
    ['fe80::/10', /link-local/],
    ['169.254.169.254/32', /metadata/],
    ['169.254.170.2/32', /metadata/],
    ['fd00:ec2::/32', /a cloud answers/],
    ['fd00:ec2::254/128', /a cloud answers/],
    ['100.100.100.200/32', /a cloud answers/],
    ['168.63.129.16/32', /a cloud answers/],
    ['224.0.0.0/4', /multicast/],
    ['ff02::/16', /multicast/],
    ['0.0.0.0/8', /unspecified/],
    ['::/128', /unspecified/],
    ['240.0.0.0/4', /reserved/],
    ['255.255.255.255/32', /reserved/],
    ['::ffff:10.0.0.0/104', /IPv4 inside of IPv6; write the range of IPv4 itself/],
    ['::ffff:a00:0/104', /IPv4 inside of IPv6/],
    ['64:ff9b::a00:0/120', /IPv4 inside of IPv6/],
    ['2002:a00::/24', /IPv4 inside of IPv6/],
    ['8.8.8.0/24', /is public; expected a part of 10\.0\.0\.0\/8/],
    ['2606:4700::/32', /is public/],
    ['172.32.0.0/12', /is public/],
    ['0.0.0.0/0', /holds public addresses beside 10\.0\.0\.0\/8/],
    ['::/0', /holds public addresses beside fc00::\/7/],
    ['172.0.0.0/8', /holds public addresses beside 172\.16\.0\.0\/12/],
    ['192.0.0.0/8', /holds public addresses beside 192\.168/],
    ['10.0.0.1/8', /begins inside of a range; expected 10\.0\.0\.0\/8/],
    ['fd00::1/8', /begins inside of a range; expected fd00::\/8/],
    ['10.0.0.1', /has no length; for one address write 10\.0\.0\.1\/32/],
    ['fd00::1', /for one address write fd00::1\/128/],
    ['10.0.0.0/33', /has the length "33"; expected 0 to 32/],
    ['10.0.0.0/08', /has the length "08"/],
    ['10.0.0.0/-1', /has the length/],
    ['fd00::/129', /expected 0 to 128/],
    ['10.0.0.0/8/8', /is no CIDR range/],
    ['fd00::%eth0/64', /is no CIDR range/],
    ['10/8', /is no CIDR range/],
    ['010.0.0.0/8', /is no CIDR range/],
    ['siem.internal', /is no CIDR range/],
    ['', /is no CIDR range/],
    [' 10.0.0.0/8', /is no CIDR range/],
  ])('refuses %s by name', (range, problem) => {
    expect(egressAllowProblem([range])).toMatch(problem);
    expect(egressAllowProblem(['192.168.7.0/24', range])).toMatch(problem);
  });

  test.each([
    [[], /opens nothing/],
    [['10.0.0.0/8', '10.0.0.0/8'], /"10\.0\.0\.0\/8" stands there twice/],
    [['10.0.0.0/8', '10.1.0.0/16'], /"10\.1\.0\.0\/16" is a part of "10\.0\.0\.0\/8"/],
    [['fd12::/16', 'fd00::/8'], /"fd12::\/16" is a part of "fd00::\/8"/],
  ])('refuses %j as a list', (ranges, problem) => {
    expect(egressAllowProblem(ranges)).toMatch(problem);
  });

  test('takes a range exactly when the guard lets every address of it through, but for those of clouds', () => {
    const byte = fc.oneof(fc.constantFrom(10, 172, 192, 168, 100, 64, 16, 127, 169, 254), fc.nat(255));
    const group = fc.oneof(fc.constantFrom(0xfd00, 0xfc00, 0xfe80, 0xff02, 0, 0xffff), fc.nat(0xffff));
    const networks = fc.oneof(
      fc.tuple(fc.array(byte, { minLength: 4, maxLength: 4 }), fc.integer({ min: 0, max: 32 })),
      fc.tuple(fc.array(group, { minLength: 8, maxLength: 8 }), fc.integer({ min: 0, max: 128 })),
    );
    fc.assert(
      fc.property(networks, ([parts, bits]) => {
        const text = parts.length === 4 ? parts.join('.') : parts.map((one) => one.toString(16)).join(':');
        const Family = parts.length === 4 ? ipaddr.IPv4 : ipaddr.IPv6;
        const cidr = `${text}/${bits}`;
        const first = Family.networkAddressFromCIDR(cidr).toString();
        const range = `${first}/${bits}`;
        const last =
          parts.length === 4
            ? ipaddr.IPv4.broadcastAddressFromCIDR(cidr).toString()
            : lastOfIpv6(first, bits);
        const tier = privateTier([range]);
        const isTaken = egressAllowProblem([range]) === undefined;
        expect(isTaken).toBe(tier.isAllowed(first) && tier.isAllowed(last));
      }),
      { numRuns: 500 },
    );
  });
});

function lastOfIpv6(first: string, bits: number): string {
  const parts = ipaddr.IPv6.parse(first).parts.map((part, index) => {
    const free = Math.max(0, Math.min(16, 16 * (index + 1) - bits));
    return part | (2 ** free - 1);
  });
  return parts.map((part) => part.toString(16)).join(':');
}
