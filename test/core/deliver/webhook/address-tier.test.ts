import { describe, expect, test } from 'vitest';
import { privateTier, publicTier } from '../../../../functions/core/deliver/webhook/address-tier.ts';
import { parseWebhookUrl } from '../../../../functions/core/deliver/webhook/guard-url.ts';

const OPENED = ['10.0.0.0/8', 'fd00::/8'];

describe('what is said of an address that may not be sent to', () => {
  test.each([
    [
      'public',
      '10.1.2.3',
      /^is not a public address; .*private destination \(docs\/private-receivers\.md\)$/,
    ],
    ['public', 'fd12::1', /private-receivers/],
    ['public', '100.64.0.1', /private-receivers/],
    ['public', '127.0.0.1', /^is not a public address; webhooks go to public addresses only$/],
    ['public', '169.254.169.254', /public addresses only$/],
    // No VPC has a receiver there, so no page is to be read.
    ['public', 'fd00:ec2::254', /public addresses only$/],
    ['public', '100.100.100.200', /public addresses only$/],
    [
      'private',
      '192.168.0.1',
      /^is outside of what the deployment opened with egressAllow \(10\.0\.0\.0\/8, fd00::\/8\)/,
    ],
    ['private', '8.8.8.8', /^is a public address, and a private destination/],
    ['private', '127.0.0.1', /^is no address of a private network/],
    ['private', '169.254.169.254', /^is no address of a private network/],
    ['private', 'fd00:ec2::254', /^is no address of a private network/],
    ['private', '::ffff:10.0.0.1', /^is no address of a private network/],
    ['private', 'ff02::1', /multicast are never sent to$/],
  ])('in the %s network: %s', (network, address, words) => {
    const tier = network === 'public' ? publicTier() : privateTier(OPENED);
    expect(tier.isAllowed(address)).toBe(false);
    expect(tier.refusal(address)).toMatch(words);
    const host = address.includes(':') ? `[${address}]` : address;
    expect(parseWebhookUrl(`https://${host}/`, tier)).toMatchObject({ ok: false });
  });

  test('is nothing of those that are opened', () => {
    for (const host of ['10.1.2.3', '[fd12::1]'])
      expect(parseWebhookUrl(`https://${host}/`, privateTier(OPENED))).toMatchObject({ ok: true });
  });

  test.each(['010.0.0.1', '10.1', '167772161', '0xa000001', 'fd00::1%eth0', ' 10.0.0.1', '10.0.0.1.', ''])(
    'private is no %j, which another reader may take for something else',
    (address) => {
      expect(privateTier(OPENED).isAllowed(address)).toBe(false);
    },
  );

  test('nothing is private where nothing is opened', () => {
    for (const address of ['10.0.0.1', 'fd00::1', '8.8.8.8', '127.0.0.1'])
      expect(privateTier([]).isAllowed(address)).toBe(false);
  });
});
