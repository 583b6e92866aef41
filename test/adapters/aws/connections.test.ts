import * as fc from 'fast-check';
import { once } from 'node:events';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import {
  createServer as createTlsServer,
  getCACertificates,
  setDefaultCACertificates,
  type TLSSocket,
} from 'node:tls';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { awsExchange } from '../../../functions/adapters/aws/exchange.ts';
import { tlsAuthority } from '../../tls-authority.ts';
import { aServerElsewhere } from '../server-elsewhere.ts';
import { anAnswer, bytesOf } from './generated-answers.ts';

const authority = tlsAuthority();
const trusted = getCACertificates();
beforeAll(() => setDefaultCACertificates([...trusted, authority.ca]));
afterAll(() => setDefaultCACertificates(trusted));

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';

/** A server that writes the bytes of its answers itself. `turn` counts the requests over one connection. */
async function aServer(
  answer: (socket: Socket, turn: number) => void,
  tls?: { hosts: string[] },
): Promise<{ port: number; sockets: Socket[]; requests: string[] }> {
  const sockets: Socket[] = [];
  const requests: string[] = [];
  const serve = (socket: Socket) => {
    sockets.push(socket);
    let text = '';
    let turn = 0;
    socket.on('error', () => {});
    socket.on('data', (bytes: Buffer) => {
      text += bytes.toString('latin1');
      if (!text.endsWith('{}')) return;
      requests.push(text);
      text = '';
      answer(socket, turn);
      turn += 1;
    });
  };
  const server = tls ? createTlsServer(authority.issue(tls), serve) : createServer(serve);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, sockets, requests };
}

function anExchange({ requestTimeoutMs = 5_000, isRepeatable = true } = {}) {
  const exchange = awsExchange({
    connectionTimeoutMs: 5_000,
    requestTimeoutMs,
    isRepeatable,
    clock: { now: () => 1_000_000 },
  });
  onTestFinished(() => exchange.destroy());
  return async (
    port: number,
    {
      isTls = false,
      hostname = 'localhost',
      body = '{}',
      signal,
    }: { isTls?: boolean; hostname?: string; body?: string | Uint8Array; signal?: AbortSignal } = {},
  ) => {
    const headers = { host: hostname };
    const answer = await exchange.send({
      isTls,
      hostname,
      port,
      method: 'POST',
      path: '/',
      headers,
      body,
      signal,
    });
    return { ...answer, body: answer.body.toString('latin1') };
  };
}

/** The same request by Node's own client. */
async function byNode(port: number) {
  const request = httpRequest({ host: 'localhost', port, method: 'POST', agent: false });
  request.end('{}');
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const { statusCode, headers } = response;
  return { status: statusCode, headers, body: (await buffer(response)).toString('latin1') };
}

describe('an answer', () => {
  test('is what Node would have read, whatever HTTP/1.1 lets a server say', async () => {
    let bytes: Buffer = Buffer.alloc(0);
    const { port } = await aServer((socket) => void socket.write(bytes));
    const ask = anExchange();
    await fc.assert(
      fc.asyncProperty(anAnswer(), async (answer) => {
        bytes = bytesOf(answer);
        const { status, headers, body } = await byNode(port);
        expect(await ask(port)).toMatchObject({ status, headers: { ...headers }, body });
      }),
      { numRuns: 60 },
    );
  });

  test('and its request may be as large as AWS takes', async () => {
    const sent = 'x'.repeat(1_048_576);
    const given = 'y'.repeat(16 * 1_048_576);
    const { port, requests } = await aServer((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${given.length}\r\n\r\n${given}`);
    });
    const ask = anExchange();
    for (const body of [`${sent}{}`, Buffer.from(`${sent}{}`)]) {
      expect((await ask(port, { body })).body.length).toBe(given.length);
    }
    const length = sent.length + 2;
    expect(requests.map((text) => text.split('\r\n\r\n')[1]?.length)).toEqual([length, length]);
  });

  test.each([false, true])(
    'is its own while others come piece by piece at the same time (TLS: %s)',
    async (isTls) => {
      const letters = ['a', 'b', 'c', 'd'];
      const texts = letters.map(
        (letter) =>
          `HTTP/1.1 200 OK\r\nx-letter: ${letter}\r\ncontent-length: 40\r\n\r\n${letter.repeat(40)}`,
      );
      const waiting: Socket[] = [];
      const { port } = await aServer(
        (socket) => {
          if (waiting.push(socket) === letters.length) void answerAllInTurn();
        },
        isTls ? { hosts: ['localhost'] } : undefined,
      );
      async function answerAllInTurn(): Promise<void> {
        for (let from = 0; from < (texts[0] ?? '').length; from += 16) {
          for (const [index, socket] of waiting.entries())
            await new Promise<void>((written) => {
              socket.write((texts[index] ?? '').slice(from, from + 16), () => setImmediate(written));
            });
        }
      }
      const ask = anExchange();
      const answers = await Promise.all(letters.map(async () => ask(port, { isTls })));
      expect(new Map(answers.map(({ headers, body }) => [headers['x-letter'], body]))).toEqual(
        new Map(letters.map((letter) => [letter, letter.repeat(40)])),
      );
    },
  );

  test('that is no HTTP/1.1 is an error that names the host, and ends its connection', async () => {
    const { port, sockets } = await aServer((socket) => void socket.write('HTTP/2 200 hunter2\r\n\r\n'));
    const ask = anExchange();
    await expect(ask(port)).rejects.toThrow(/^localhost: the answer is no HTTP\/1\.1/);
    await expect(ask(port)).rejects.not.toThrow('hunter2');
    expect(sockets).toHaveLength(2);
  });

  test('that breaks off is an error and is not asked for again', async () => {
    const { port, requests } = await aServer((socket, turn) => {
      if (turn === 0) socket.write(OK);
      else socket.end('HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nok');
    });
    const ask = anExchange();
    await ask(port);
    await expect(ask(port)).rejects.toMatchObject({ code: 'ECONNRESET', hostname: 'localhost' });
    expect(requests).toHaveLength(2);
  });

  test('whose pieces come slowly is waited for from piece to piece', async () => {
    const { port } = await aServer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n');
      for (const index of [1, 2, 3, 4]) setTimeout(() => socket.write(String(index)), index * 400);
    });
    expect((await anExchange({ requestTimeoutMs: 1_000 })(port)).body).toBe('1234');
  });

  test('whose head comes slowly is not', async () => {
    const { port } = await aServer((socket) => {
      const timer = setInterval(() => socket.write('x'), 20);
      onTestFinished(() => clearInterval(timer));
      socket.write('HTTP/1.1 200 OK\r\nx: ');
    });
    await expect(anExchange({ requestTimeoutMs: 100 })(port)).rejects.toThrow('gave no answer for 100 ms');
  });
});

describe('a connection', () => {
  test.each([
    ['says that it closes', 'HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok'],
    ['is of HTTP/1.0', 'HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nok'],
    ['told more than an answer', `${OK}HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nother`],
  ])('is not used again where the server %s', async (_, bytes) => {
    const { port, sockets } = await aServer((socket) => void socket.write(bytes));
    const ask = anExchange();
    expect([(await ask(port)).body, (await ask(port)).body]).toEqual(['ok', 'ok']);
    expect(sockets).toHaveLength(2);
  });

  test.each<[string, (socket: Socket) => void]>([
    ['ended', (socket) => socket.end()],
    ['reset', (socket) => socket.resetAndDestroy()],
    ['used for what nobody asked', (socket) => socket.write(OK.replaceAll('ok', 'no'))],
  ])('that was %s while it was idle is not used again, nor asked for twice', async (_, disturb) => {
    const { port, sockets, requests } = await aServer((socket) => void socket.write(OK));
    const ask = anExchange({ isRepeatable: false });
    await ask(port);
    const [first] = sockets;
    disturb(first as Socket);
    // Once another answer came, the kernel has told this one's end as well.
    await anExchange()(port);
    expect((await ask(port)).body).toBe('ok');
    expect([sockets.length, requests.length]).toEqual([3, 3]);
  });

  test('holds no process that has nothing else to do', async () => {
    const elsewhere = await aServerElsewhere();
    const ask = anExchange();
    const held = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
    const before = held();
    const asked = ask(elsewhere.port);
    await new Promise((resolve) => setImmediate(resolve));
    expect(held()).toBeGreaterThan(before);
    await asked;
    expect(held()).toBe(before);
  });

  test('over TLS is opened by the session of the one before', async () => {
    const closing = 'HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok';
    const isReused: boolean[] = [];
    const { port } = await aServer(
      (socket) => {
        isReused.push((socket as TLSSocket).isSessionReused());
        socket.write(closing);
      },
      { hosts: ['localhost'] },
    );
    const ask = anExchange();
    await ask(port, { isTls: true });
    await ask(port, { isTls: true });
    expect(isReused).toEqual([false, true]);
  });

  test('over TLS may lead to an address', async () => {
    const { port } = await aServer((socket) => void socket.write(OK), { hosts: ['127.0.0.1'] });
    expect((await anExchange()(port, { isTls: true, hostname: '127.0.0.1' })).body).toBe('ok');
  });

  test.each(['localhost', '127.0.0.1'])(
    'over TLS is refused where the certificate is for another host than %s',
    async (hostname) => {
      const { port, requests } = await aServer((socket) => void socket.write(OK), {
        hosts: ['sqs.example.com'],
      });
      await expect(anExchange()(port, { isTls: true, hostname })).rejects.toMatchObject({
        code: 'ERR_TLS_CERT_ALTNAME_INVALID',
      });
      expect(requests).toEqual([]);
    },
  );
});

describe('a call that is called off', () => {
  test('before it began asks nothing', async () => {
    const { port, sockets } = await aServer((socket) => void socket.write(OK));
    await expect(anExchange()(port, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    });
    expect(sockets).toEqual([]);
  });

  test('while it waits for an answer ends its connection', async () => {
    const off = new AbortController();
    const { port, sockets } = await aServer(() => off.abort());
    await expect(anExchange()(port, { signal: off.signal })).rejects.toMatchObject({ name: 'AbortError' });
    await once(sockets[0] as Socket, 'close');
  });

  test('while it waits for a connection leaves its place to the next', async () => {
    const off = new AbortController();
    const held: Socket[] = [];
    const { port, requests } = await aServer((socket) => {
      held.push(socket);
      if (held.length === 32) off.abort();
      if (held.length > 32) socket.write(OK);
    });
    const ask = anExchange();
    const first = Array.from({ length: 32 }, async () => ask(port));
    const calledOff = ask(port, { signal: off.signal });
    const last = ask(port);
    await expect(calledOff).rejects.toMatchObject({ name: 'AbortError' });
    for (const socket of held) socket.write(OK);
    const answers = await Promise.all([...first, last]);
    expect(new Set(answers.map(({ body }) => body))).toEqual(new Set(['ok']));
    expect(requests).toHaveLength(33);
  });
});
