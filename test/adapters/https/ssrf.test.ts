import { isIP, Socket } from 'node:net';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { httpsSender } from '../../../functions/adapters/https/sender.ts';
import { isAllowedAddress } from '../../../functions/core/deliver/allowed-address.ts';
import { tlsAuthority } from '../../tls-authority.ts';
import { clockAt } from '../dynamodb-table.ts';
import { receivers } from '../hostile-receivers.ts';

/** Places that no alert may be sent to: this machine, its network, metadata of clouds, and IPv6 that leads to IPv4. */
const NOT_PUBLIC = [
  '127.0.0.1',
  '127.255.255.254',
  '0.0.0.0',
  '10.0.0.1',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.0.1',
  '100.64.0.1',
  '169.254.169.254',
  '169.254.170.2',
  '100.100.100.200',
  '168.63.129.16',
  '192.0.0.192',
  '198.18.0.1',
  '224.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::127.0.0.1',
  '::ffff:169.254.169.254',
  '::ffff:a9fe:a9fe',
  '64:ff9b::a9fe:a9fe',
  '64:ff9b:1::a9fe:a9fe',
  '2001:0:53aa:64c:0:5efe:7f00:1',
  '2002:7f00:1::',
  'fc00::1',
  'fd00:ec2::254',
  'fe80::1',
  'fe80::1%lo',
  'fec0::1',
  'ff02::1',
];

const authority = tlsAuthority();
const open = receivers();
afterAll(async () => open.closeAll());

/** Calls that open a socket, which are let through. */
const sockets = vi.spyOn(Socket.prototype, 'connect');
beforeEach(() => {
  sockets.mockClear();
});

/** The sender with the guard of the deployed stack. */
const sender = (addresses: readonly string[]) =>
  httpsSender({
    clock: clockAt('2026-01-15T15:00:00.000Z'),
    isAllowedAddress: (address) => isAllowedAddress(address, []),
    lookup: async () => addresses.map((address) => ({ address, family: isIP(address) })),
  });

const post = async (url: string, addresses: readonly string[]) =>
  sender(addresses).post({ url, headers: {}, body: '{}', deadlineMs: 2_000, tls: { ca: authority.ca } });

describe.each(NOT_PUBLIC)('%s', (address) => {
  test.each([
    ['alone', [address]],
    ['behind a public one', ['93.184.215.14', address]],
    ['before a public one', [address, '2606:4700::1111']],
  ])('as what a name resolves to, %s, gets no socket', async (_how, addresses) => {
    expect(await post('https://hooks.example/', addresses)).toMatchObject({ answer: 'refused-address' });
    expect(sockets).not.toHaveBeenCalled();
  });

  test.skipIf(address.includes('%'))('in the url gets no socket', async () => {
    const host = address.includes(':') ? `[${address}]` : address;
    expect(await post(`https://${host}/`, [])).toMatchObject({ answer: 'refused-address' });
    expect(sockets).not.toHaveBeenCalled();
  });
});

test.each([301, 302, 303, 307, 308])('a redirect (%i) to any of them is not followed', async (status) => {
  const certificate = authority.issue({ hosts: ['hooks.example'] });
  let next = 0;
  const { port } = await open.https(certificate, (_request, response) => {
    const address = NOT_PUBLIC[next] ?? '';
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
  for (const _address of NOT_PUBLIC) {
    const request = { url: `https://hooks.example:${port}/`, headers: {}, body: '{}', deadlineMs: 2_000 };
    expect(await guarded.post({ ...request, tls: { ca: authority.ca } })).toMatchObject({ status });
  }
  expect(next).toBe(NOT_PUBLIC.length);
  const opened = sockets.mock.calls.map((to) => JSON.stringify(to));
  expect(opened.length).toBeGreaterThan(0);
  expect(opened.filter((to) => !to.includes(`"port":${port}`))).toEqual([]);
});

test('a name that leads elsewhere every time is judged every time', async () => {
  let lookups = 0;
  const guarded = httpsSender({
    clock: clockAt('2026-01-15T15:00:00.000Z'),
    isAllowedAddress: (address) => isAllowedAddress(address, []),
    lookup: async () => {
      const address = NOT_PUBLIC[lookups] ?? '';
      lookups += 1;
      return [{ address, family: isIP(address) }];
    },
  });
  for (const _address of NOT_PUBLIC) {
    const request = { url: 'https://hooks.example/', headers: {}, body: '{}', deadlineMs: 2_000, tls: {} };
    expect(await guarded.post(request)).toMatchObject({ answer: 'refused-address' });
  }
  expect(sockets).not.toHaveBeenCalled();
});
