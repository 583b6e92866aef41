import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { zstdCompressSync, constants } from 'node:zlib';
import { afterAll, expect, it } from 'vitest';
import { httpsSender } from '../../../functions/adapters/https/sender.ts';
import { decompress } from '../../../functions/core/ingest/body/decompress.ts';
import { selfSigned, tlsAuthority } from '../../tls-authority.ts';

const HOST = 'hooks.example';
const authority = tlsAuthority();
const valid = authority.issue({ hosts: [HOST] });
const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) server.close();
});

const CASES: [string, () => Server, string][] = [
  ['plain HTTP', () => createHttpServer(), 'answers without TLS'],
  [
    'TLS 1.1 alone',
    () =>
      createHttpsServer({
        ...valid,
        minVersion: 'TLSv1',
        maxVersion: 'TLSv1.1',
        ciphers: 'DEFAULT@SECLEVEL=0',
      }),
    'speaks only versions of TLS before 1.2',
  ],
  [
    'HTTP/2 alone',
    // It begins with its SETTINGS frame (RFC 9113, section 3.4), whatever the client says.
    () =>
      createTlsServer(valid, (socket) => {
        socket.on('error', () => {});
        socket.write(Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]));
      }),
    'HTTP/2 only',
  ],
  [
    'a certificate that has expired',
    () => createHttpsServer(authority.issue({ hosts: [HOST], notAfter: new Date('2020-01-01T00:00:00Z') })),
    'a certificate that has expired',
  ],
  ['a certificate of its own', () => createHttpsServer(selfSigned([HOST])), 'that it signed itself'],
  [
    'a certificate of an unknown authority',
    () => createHttpsServer(tlsAuthority('Another').issue({ hosts: [HOST] })),
    'an authority that is not known here',
  ],
  [
    'a certificate for another name',
    () => createHttpsServer(authority.issue({ hosts: ['other.example'] })),
    'for another name',
  ],
];

it.each(CASES)('a receiver with %s is told in these words', async (_what, make, words) => {
  const server = make();
  servers.push(server);
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  const sender = httpsSender({
    clock: { now: () => 0 },
    isAllowedAddress: () => true,
    lookup: async () => [{ address: '127.0.0.1', family: 4 }],
  });
  const answer = await sender.post({
    url: `https://${HOST}:${(server.address() as AddressInfo).port}/`,
    headers: {},
    body: '{}',
    deadlineMs: 10_000,
    tls: { ca: authority.ca },
  });
  expect(answer).toMatchObject({ detail: expect.stringContaining(words) as string });
});

it('a zstd window above the limit is named', () => {
  const body = zstdCompressSync(Buffer.alloc(20_000_000, 'a'), {
    params: { [constants.ZSTD_c_windowLog]: 27, [constants.ZSTD_c_contentSizeFlag]: 0 },
  });
  expect(() => decompress(body, undefined)).toThrow(/window of more than/u);
});
