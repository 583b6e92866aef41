import { isIP, Socket } from 'node:net';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { httpsSender } from '../../../functions/adapters/https/sender.ts';
import { privateTier, publicTier } from '../../../functions/core/deliver/webhook/address-tier.ts';
import { tlsAuthority } from '../../tls-authority.ts';
import { clockAt } from '../dynamodb-table.ts';
import { receivers } from '../hostile-receivers.ts';

/** Places that no alert may be sent to, in no network: this machine, its links, metadata of clouds, IPv6 that leads to IPv4. */
const NEVER = [
  '127.0.0.1',
  '127.255.255.254',
  '0.0.0.0',
  '169.254.169.254',
  '169.254.170.2',
  '169.254.170.23',
  '100.100.100.200',
  '168.63.129.16',
  '192.0.0.192',
  '198.18.0.1',
  '192.0.2.1',
  '224.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::127.0.0.1',
  '::10.0.0.1',
  '::ffff:169.254.169.254',
  '::ffff:a9fe:a9fe',
  '::ffff:10.0.0.1',
  '::ffff:a00:1',
  '64:ff9b::a9fe:a9fe',
  '64:ff9b::a00:1',
  '64:ff9b:1::a9fe:a9fe',
  '2001:0:53aa:64c:0:5efe:7f00:1',
  '2002:7f00:1::',
  '2002:a00:1::',
  'fd00:ec2::254',
  'fd00:ec2::23',
  'fd20:ce::254',
  'fd00:c1::a9fe:a9fe',
  'fd00::1%lo',
  'fe80::1',
  'fe80::1%lo',
  'fec0::1',
  'ff02::1',
];
const PRIVATE = [
  '10.0.0.1',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.0.1',
  '100.64.0.1',
  'fc00::1',
  'fd00::1',
];
const PUBLIC = ['93.184.215.14', '172.32.0.1', '2606:4700::1111'];

const EVERYTHING_PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7'];
/** What each network may never be sent to, however wide its deployment opened it, and an address that it may be. */
const TIERS = [
  {
    name: 'public',
    tier: publicTier(),
    refused: [...NEVER, ...PRIVATE],
    fine4: '93.184.215.14',
    fine6: '2606:4700::1111',
  },
  {
    name: 'private, opened as wide as may be',
    tier: privateTier(EVERYTHING_PRIVATE),
    refused: [...NEVER, ...PUBLIC],
    fine4: '10.0.0.1',
    fine6: 'fd00::1',
  },
  // No deployment can say so, but a guard that leans on the reader of options is no guard.
  {
    name: 'private, opened to everything',
    tier: privateTier(['0.0.0.0/0', '::/0']),
    refused: [...NEVER, ...PUBLIC],
    fine4: '10.0.0.1',
    fine6: 'fd00::1',
  },
  {
    name: 'private, opened a little',
    tier: privateTier(['10.1.0.0/16', 'fd12::/16']),
    refused: [...NEVER, ...PUBLIC, ...PRIVATE, '10.0.255.255', '10.2.0.0', 'fd11::1', 'fd13::'],
    fine4: '10.1.0.0',
    fine6: 'fd12::1',
  },
];
const CASES = TIERS.flatMap(({ refused, ...tier }) => refused.map((address) => ({ ...tier, address })));

const authority = tlsAuthority();
const open = receivers();
afterAll(async () => open.closeAll());

/** Calls that open a socket, which are let through. */
const sockets = vi.spyOn(Socket.prototype, 'connect');
beforeEach(() => {
  sockets.mockClear();
});

type Tier = (typeof TIERS)[number]['tier'];

/** The sender with the guard of a deployed function. */
const sender = ({ isAllowed, refusal }: Tier, addresses: readonly string[]) =>
  httpsSender({
    clock: clockAt('2026-01-15T15:00:00.000Z'),
    isAllowedAddress: isAllowed,
    refusal,
    lookup: async () => addresses.map((address) => ({ address, family: isIP(address) })),
  });

const post = async (tier: Tier, url: string, addresses: readonly string[]) =>
  sender(tier, addresses).post({
    url,
    headers: {},
    body: '{}',
    deadlineMs: 2_000,
    tls: { ca: authority.ca },
  });

describe.each(CASES)('$name: $address', ({ tier, address, fine4, fine6 }) => {
  test.each([
    ['alone', [address]],
    ['behind one that is fine', [fine4, address]],
    ['before one that is fine', [address, fine6]],
  ])('as what a name resolves to, %s, gets no socket', async (_how, addresses) => {
    const answer = await post(tier, 'https://hooks.example/', addresses);
    expect(answer).toMatchObject({ answer: 'refused-address' });
    expect(answer).toHaveProperty(
      'detail',
      `hooks.example resolves to ${address}, which ${tier.refusal(address)}`,
    );
    expect(sockets).not.toHaveBeenCalled();
  });

  test.skipIf(address.includes('%'))('in the url gets no socket', async () => {
    const host = address.includes(':') ? `[${address}]` : address;
    expect(await post(tier, `https://${host}/`, [])).toMatchObject({ answer: 'refused-address' });
    expect(sockets).not.toHaveBeenCalled();
  });
});

describe.each(TIERS)('$name', ({ tier, fine4, fine6 }) => {
  test.each([fine4, fine6])('lets through what it is for: %s', (address) => {
    expect(tier.isAllowed(address)).toBe(true);
  });
});

test.each([301, 302, 303, 307, 308])('a redirect (%i) to any of them is not followed', async (status) => {
  const certificate = authority.issue({ hosts: ['hooks.example'] });
  let next = 0;
  const { port } = await open.https(certificate, (_request, response) => {
    const address = CASES[next]?.address ?? '';
    next += 1;
    response
      .writeHead(status, { location: `https://${address.includes(':') ? `[${address}]` : address}/` })
      .end();
  });
  const guarded = httpsSender({
    clock: clockAt('2026-01-15T15:00:00.000Z'),
    isAllowedAddress: (address) => address === '127.0.0.1',
    lookup: async () => [{ address: '127.0.0.1', family: 4 }],
  });
  for (const _case of CASES) {
    const request = { url: `https://hooks.example:${port}/`, headers: {}, body: '{}', deadlineMs: 10_000 };
    expect(await guarded.post({ ...request, tls: { ca: authority.ca } })).toMatchObject({ status });
  }
  expect(next).toBe(CASES.length);
  const opened = sockets.mock.calls.map((to) => JSON.stringify(to));
  expect(opened.length).toBeGreaterThan(0);
  expect(opened.filter((to) => !to.includes(`"port":${port}`))).toEqual([]);
});

test.each(TIERS)(
  '$name: a name that leads elsewhere every time is judged every time',
  async ({ tier, refused }) => {
    let lookups = 0;
    const guarded = httpsSender({
      clock: clockAt('2026-01-15T15:00:00.000Z'),
      isAllowedAddress: tier.isAllowed,
      lookup: async () => {
        const address = refused[lookups] ?? '';
        lookups += 1;
        return [{ address, family: isIP(address) }];
      },
    });
    for (const _address of refused) {
      const request = { url: 'https://hooks.example/', headers: {}, body: '{}', deadlineMs: 2_000, tls: {} };
      expect(await guarded.post(request)).toMatchObject({ answer: 'refused-address' });
    }
    expect(sockets).not.toHaveBeenCalled();
  },
);
