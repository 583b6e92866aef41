import { once } from 'node:events';
import { createServer as createTcpServer, type AddressInfo, type Server } from 'node:net';
import { createServer } from 'node:tls';
import { afterEach, describe, expect, test } from 'vitest';
import { tlsReachability } from '../../../functions/adapters/operator/tls-reachability.ts';
import { tlsAuthority } from '../../tls-authority.ts';

const opened: Server[] = [];
afterEach(() => {
  for (const server of opened.splice(0)) server.close();
});

async function listening(server: Server): Promise<number> {
  opened.push(server);
  server.on('error', () => undefined).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const authority = tlsAuthority('Example Authority');
const anywhere = tlsReachability({
  isAllowedAddress: () => true,
  lookup: async () => [{ address: '127.0.0.1', family: 4 }],
});

async function receiver(issued = authority.issue({ hosts: ['hooks.example'] })) {
  let connections = 0;
  const server = createServer(issued, (socket) => socket.on('error', () => undefined));
  server.on('connection', () => void (connections += 1));
  server.on('tlsClientError', () => undefined);
  const port = await listening(server);
  return { url: `https://hooks.example:${port}/in`, connections: () => connections };
}

describe('a handshake', () => {
  test('tells whom it reached, and who vouches for it until when', async () => {
    const { url } = await receiver();
    expect(await anywhere.handshake({ url, tls: { ca: authority.ca }, deadlineMs: 5_000 })).toMatchObject({
      result: 'reached',
      address: '127.0.0.1',
      tlsVersion: 'TLSv1.3',
      issuer: 'Example Authority',
      validUntil: expect.stringMatching(/^\d{4}-\d{2}-\d{2}T/) as string,
    });
  });

  test('does not trust an authority that nobody gave', async () => {
    const { url } = await receiver();
    expect(await anywhere.handshake({ url, tls: {}, deadlineMs: 5_000 })).toMatchObject({
      result: 'untrusted',
      detail: expect.stringContaining('no authority that is known here') as string,
    });
  });

  test.each([
    ['for another name', { hosts: ['other.example'] }, /not for hooks\.example/],
    [
      'that has expired',
      { hosts: ['hooks.example'], notBefore: new Date('2020-01-01'), notAfter: new Date('2020-02-01') },
      /has expired/,
    ],
  ])('refuses a certificate %s', async (_what, issue, detail) => {
    const { url } = await receiver(authority.issue(issue));
    expect(await anywhere.handshake({ url, tls: { ca: authority.ca }, deadlineMs: 5_000 })).toMatchObject({
      result: 'unreachable',
      detail: expect.stringMatching(detail) as string,
    });
  });

  test('opens no connection to an address that the guard refuses', async () => {
    const { url, connections } = await receiver();
    const guarded = tlsReachability({
      isAllowedAddress: (address) => address !== '127.0.0.1',
      lookup: async () => [
        { address: '127.0.0.1', family: 4 },
        { address: '93.184.215.14', family: 4 },
      ],
    });
    expect(await guarded.handshake({ url, tls: {}, deadlineMs: 5_000 })).toMatchObject({
      result: 'unreachable',
      detail: expect.stringContaining('127.0.0.1, which is not a public address') as string,
    });
    expect(connections()).toBe(0);
  });

  test('ends when nobody answers, nobody is there, or no name is found', async () => {
    const silent = await listening(createTcpServer((socket) => void socket.on('error', () => undefined)));
    const url = `https://hooks.example:${silent}/in`;
    expect(await anywhere.handshake({ url, tls: {}, deadlineMs: 50 })).toMatchObject({
      detail: 'no answer within 50 ms',
    });
    const closed = createTcpServer();
    const port = await listening(closed);
    closed.close();
    await once(closed, 'close');
    expect(
      await anywhere.handshake({ url: `https://hooks.example:${port}/`, tls: {}, deadlineMs: 5_000 }),
    ).toMatchObject({ result: 'unreachable', detail: expect.stringContaining('ECONNREFUSED') as string });
    const nameless = tlsReachability({
      isAllowedAddress: () => true,
      lookup: async () => Promise.reject(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' })),
    });
    expect(await nameless.handshake({ url, tls: {}, deadlineMs: 5_000 })).toMatchObject({
      detail: 'hooks.example cannot be resolved (ENOTFOUND)',
    });
  });
});
