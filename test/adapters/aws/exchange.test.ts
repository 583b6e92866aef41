import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { awsExchange } from '../../../functions/adapters/aws/exchange.ts';
import { boundedMap } from '../../../functions/core/bounded-map.ts';
import { tlsAuthority } from '../../tls-authority.ts';
import { aServerElsewhere, DEADLINE_MS } from '../server-elsewhere.ts';

const authority = tlsAuthority();
const trusted = getCACertificates();
beforeAll(() => setDefaultCACertificates([...trusted, authority.ca]));
afterAll(() => setDefaultCACertificates(trusted));

/** A server on loopback; `sockets` are all that were ever opened. */
async function aServer(isTls: boolean, listener: RequestListener) {
  const sockets: Socket[] = [];
  const server = isTls
    ? createHttpsServer(authority.issue({ hosts: ['localhost'] }), listener)
    : createHttpServer(listener);
  server.keepAliveTimeout = 60_000;
  server.on('connection', (socket: Socket) => sockets.push(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, sockets };
}

function anExchange({ requestTimeoutMs = 2_000, isRepeatable = true } = {}) {
  const clock = { at: 1_000_000, now: () => clock.at };
  const exchange = awsExchange({ connectionTimeoutMs: 2_000, requestTimeoutMs, isRepeatable, clock });
  onTestFinished(() => exchange.destroy());
  const ask = async (port: number, isTls = false, path = '/') =>
    exchange.send({
      isTls,
      hostname: 'localhost',
      port,
      method: 'POST',
      path,
      headers: { host: 'localhost', 'content-length': '2' },
      body: '{}',
    });
  return { clock, ask };
}

describe('many calls at once', () => {
  test('wait for a connection without using up the time of their answer', async () => {
    let underWay = 0;
    let most = 0;
    const { port } = await aServer(false, (request, response) => {
      underWay += 1;
      most = Math.max(most, underWay);
      request.resume();
      setTimeout(() => {
        underWay -= 1;
        response.end('ok');
      }, 500);
    });
    // The last of them wait for 2 s until a connection is free.
    const { ask } = anExchange({ requestTimeoutMs: 1_500 });
    const answers = await Promise.all(Array.from({ length: 140 }, async () => ask(port)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(most).toBe(32);
  });

  test('are not held up for ever by some that are never answered', async () => {
    const { port } = await aServer(false, (request, response) => {
      request.resume();
      if (request.url === '/fine') response.end('ok');
    });
    const { ask } = anExchange({ requestTimeoutMs: 100 });
    const hanging = Array.from({ length: 32 }, async () => ask(port, false, '/hangs'));
    const fine = ask(port, false, '/fine');
    const ends = await Promise.allSettled(hanging);
    expect(ends.map(({ status }) => status)).toEqual(Array.from({ length: 32 }, () => 'rejected'));
    expect((await fine).status).toBe(200);
  });
});

describe('an answer that came while the process was busy', () => {
  test('is read, however late', async () => {
    const elsewhere = await aServerElsewhere();
    const { ask } = anExchange({ requestTimeoutMs: DEADLINE_MS });
    expect((await ask(elsewhere.port)).status).toBe(200);
    const asked = elsewhere.busyUntilAnswered(async () => ask(elsewhere.port));
    expect((await asked).status).toBe(200);
  });
});

describe.each([
  ['http', false],
  ['https', true],
])('a connection over %s that is kept', (_, isTls) => {
  test('is used again, but not once it was idle for more than 4 s by the wall clock', async () => {
    const server = await aServer(isTls, (request, response) => {
      request.resume();
      response.end('ok');
    });
    const { ask, clock } = anExchange();
    await ask(server.port, isTls);
    clock.at += 4_000;
    await ask(server.port, isTls);
    expect(server.sockets).toHaveLength(1);
    clock.at += 4_001;
    await ask(server.port, isTls);
    expect(server.sockets).toHaveLength(2);
    // A clock that was set back tells nothing about how old it is.
    clock.at -= 60_000;
    await ask(server.port, isTls);
    expect(server.sockets).toHaveLength(3);
  });

  /** Answers each connection once, and breaks it at its second request. */
  async function aServerThatClosesIdleOnes() {
    const served = new WeakSet<Socket>();
    const paths: string[] = [];
    const server = await aServer(isTls, (request, response) => {
      paths.push(request.url ?? '');
      if (served.has(request.socket)) {
        request.socket.destroy();
        return;
      }
      served.add(request.socket);
      request.resume();
      response.end('ok');
    });
    return { ...server, paths };
  }

  test('and that AWS closed meanwhile costs a call nothing, where it may be made twice', async () => {
    const server = await aServerThatClosesIdleOnes();
    const { ask } = anExchange();
    const paths = Array.from({ length: 20 }, (_each, index) => `/${index}`);
    await boundedMap(paths, 20, async (path) => ask(server.port, isTls, path));
    const kept = server.sockets.length;
    const again = await boundedMap(paths, 20, async (path) => ask(server.port, isTls, path));
    expect(again.map(({ status }) => status)).toEqual(paths.map(() => 200));
    expect(server.sockets.length).toBeGreaterThan(kept);
  });

  test('and that AWS closed meanwhile is an error, where a second call is a second deed', async () => {
    const server = await aServerThatClosesIdleOnes();
    const { ask } = anExchange({ isRepeatable: false });
    await ask(server.port, isTls, '/first');
    await expect(ask(server.port, isTls, '/second')).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(server.paths).toEqual(['/first', '/second']);
  });

  test('and breaks for every call is an error after the second', async () => {
    let isOver = false;
    const server = await aServer(isTls, (request, response) => {
      request.resume();
      if (isOver) request.socket.destroy();
      else response.end('ok');
    });
    const { ask } = anExchange();
    await ask(server.port, isTls);
    isOver = true;
    await expect(ask(server.port, isTls)).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(server.sockets).toHaveLength(2);
  });
});

describe('what goes wrong', () => {
  test.each<[string, RequestListener, RegExp]>([
    ['a connection that breaks', ({ socket }) => void socket.destroy(), /^localhost: socket hang up/],
    ['no answer', () => {}, /^localhost gave no answer for 100 ms$/],
  ])('names the host: %s', async (_, listener, message) => {
    const { port } = await aServer(false, listener);
    const { ask } = anExchange({ requestTimeoutMs: 100 });
    await expect(ask(port)).rejects.toMatchObject({
      message: expect.stringMatching(message) as string,
      hostname: 'localhost',
    });
  });

  test('names the host: nothing listens', async () => {
    const { ask } = anExchange();
    await expect(ask(1)).rejects.toMatchObject({ code: 'ECONNREFUSED', hostname: 'localhost' });
  });
});
