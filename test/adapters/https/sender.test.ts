import { afterAll, describe, expect, test } from 'vitest';
import type { HttpAnswer, HttpPost } from '../../../functions/core/deliver/ports.ts';
import type { Lookup } from '../../../functions/adapters/net/address.ts';
import { httpsSender } from '../../../functions/adapters/https/sender.ts';
import { selfSigned, tlsAuthority } from '../../tls-authority.ts';
import { receivers } from '../hostile-receivers.ts';
import { aServerElsewhere, DEADLINE_MS } from '../server-elsewhere.ts';
import { stoppedTime } from '../stopped-time.ts';

const HOST = 'hooks.example';
const authority = tlsAuthority();
const server = authority.issue({ hosts: [HOST, '127.0.0.1', '::1'] });
const open = receivers();
afterAll(open.closeAll);

const toLoopback: Lookup = async () => [{ address: '127.0.0.1', family: 4 }];

function aSender(options: { lookup?: Lookup; isAllowedAddress?: (address: string) => boolean } = {}) {
  const clock = { at: 1_000_000, now: () => clock.at };
  const sender = httpsSender({
    clock,
    isAllowedAddress: options.isAllowedAddress ?? (() => true),
    lookup: options.lookup ?? toLoopback,
  });
  const post = async (port: number, request: Partial<HttpPost> = {}) =>
    sender.post({
      url: `https://${HOST}:${port}/hook?token=1`,
      headers: { 'Content-Type': 'application/json' },
      body: '{"title":"ü"}',
      deadlineMs: 10_000,
      tls: { ca: authority.ca },
      ...request,
    });
  return { post, clock };
}

const containing = (text: string): unknown => expect.stringContaining(text);

function textOf(answer: HttpAnswer): string {
  if (answer.answer !== 'response') throw new Error(`no response but ${JSON.stringify(answer)}`);
  return Buffer.from(answer.bodyStart).toString();
}

describe('a receiver that answers', () => {
  test('gets the request as given, and its answer, address, tls version and phases are told', async () => {
    const seen: unknown[] = [];
    const { port } = await open.https(server, ({ method, url, headers }, response, body) => {
      seen.push({ method, url, body, host: headers.host, length: headers['content-length'] });
      seen.push([headers['x-sig'], headers['accept-encoding'], headers['content-type']]);
      response.writeHead(202, { 'Retry-After': '7' }).end('thanks');
    });
    const answer = await aSender().post(port, {
      headers: {
        'Content-Type': 'text/plain',
        'X-Sig': 's',
        Host: 'other.example',
        'Accept-Encoding': 'gzip',
      },
    });
    expect(seen).toEqual([
      { method: 'POST', url: '/hook?token=1', body: '{"title":"ü"}', host: `${HOST}:${port}`, length: '14' },
      ['s', 'identity', 'text/plain'],
    ]);
    expect(answer).toMatchObject({
      answer: 'response',
      status: 202,
      retryAfter: '7',
      address: '127.0.0.1',
      tlsVersion: 'TLSv1.3',
    });
    expect(textOf(answer)).toBe('thanks');
    expect(Object.keys(answer.phasesMs).toSorted()).toEqual(['connect', 'dns', 'first_byte', 'tls']);
  });

  test('gets a header once, the last of those that differ in case only', async () => {
    const seen: string[][] = [];
    const { port } = await open.https(server, ({ rawHeaders }, response) => {
      seen.push(rawHeaders.filter((_, index) => rawHeaders[index - 1]?.toLowerCase() === 'authorization'));
      response.end('ok');
    });
    await aSender().post(port, { headers: { authorization: 'of a custom header', Authorization: 'ours' } });
    expect(seen).toEqual([['ours']]);
  });

  test('is asked again over the same connection, but not once that was idle for long', async () => {
    const receiver = await open.https(server, (_request, response) => response.end('ok'));
    const { post, clock } = aSender();
    await post(receiver.port);
    const second = await post(receiver.port);
    expect(receiver.connections).toBe(1);
    expect(second).toMatchObject({ address: '127.0.0.1', tlsVersion: 'TLSv1.3' });
    expect(second.phasesMs).not.toHaveProperty('connect');
    clock.at += 4_001;
    await post(receiver.port);
    expect(receiver.connections).toBe(2);
  });

  test('while this process is busy is heard, however late', async () => {
    const elsewhere = await aServerElsewhere(server);
    const { post } = aSender();
    await post(elsewhere.port);
    const answer = await elsewhere.busyUntilAnswered(async () =>
      post(elsewhere.port, { deadlineMs: DEADLINE_MS }),
    );
    expect(answer).toMatchObject({ answer: 'response', status: 200 });
  });

  test('with a redirect gets no second request', async () => {
    const elsewhere = await open.https(server, (_request, response) => response.end());
    const { port } = await open.https(server, (_request, response) =>
      response.writeHead(307, { location: `https://${HOST}:${elsewhere.port}/` }).end(),
    );
    expect(await aSender().post(port)).toMatchObject({ answer: 'response', status: 307 });
    expect(elsewhere.connections).toBe(0);
  });

  test.each([
    ['an address in the url', '127.0.0.1', '127.0.0.1'],
    ['an IPv6 address in the url', '[::1]', '::1'],
  ])('is reached by %s, without dns', async (_name, host, address) => {
    const { port } = await open.https(server, (_request, response) => response.end(), address);
    const lookup: Lookup = async () => {
      throw new Error('asked dns for an address');
    };
    const answer = await aSender({ lookup }).post(0, { url: `https://${host}:${port}/` });
    expect(answer).toMatchObject({ answer: 'response', status: 200, address });
    expect(answer.phasesMs).not.toHaveProperty('dns');
  });

  test('on its second address is reached when the first refuses the connection', async () => {
    const { port } = await open.https(server, (_request, response) => response.end());
    const lookup: Lookup = async () => [
      { address: '127.0.0.2', family: 4 },
      { address: '127.0.0.1', family: 4 },
    ];
    expect(await aSender({ lookup }).post(port)).toMatchObject({ status: 200, address: '127.0.0.1' });
  });

  test('before the request was read is heard', async () => {
    const { port } = await open.tls(server, (socket) => {
      socket.end('HTTP/1.1 413 Too Large\r\ncontent-length: 0\r\nconnection: close\r\n\r\n');
    });
    expect(await aSender().post(port)).toMatchObject({ answer: 'response', status: 413 });
  });
});

describe('addresses', () => {
  test.each([
    ['a private address', ['10.0.0.1']],
    ['a public and a private one', ['127.0.0.1', '10.0.0.1']],
    ['a public IPv4 and a private IPv6 one', ['127.0.0.1', 'fd00::1']],
  ])('a name with %s is refused before any connection', async (_name, addresses) => {
    const receiver = await open.https(server, (_request, response) => response.end());
    const answer = await aSender({
      isAllowedAddress: (address) => address === '127.0.0.1',
      lookup: async () => addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    }).post(receiver.port);
    expect(answer).toMatchObject({ answer: 'refused-address', detail: containing(HOST) });
    expect(receiver.connections).toBe(0);
  });

  test('a private address in the url is refused', async () => {
    const receiver = await open.https(server, (_request, response) => response.end());
    const answer = await aSender({ isAllowedAddress: () => false }).post(0, {
      url: `https://127.0.0.1:${receiver.port}/`,
    });
    expect(answer).toMatchObject({ answer: 'refused-address', detail: '127.0.0.1 is not a public address' });
    expect(receiver.connections).toBe(0);
  });

  test('a name is resolved once per request, so a second answer cannot be the one connected to', async () => {
    const receiver = await open.https(server, (_request, response) => response.end());
    let lookups = 0;
    const { post } = aSender({
      isAllowedAddress: (address) => address === '127.0.0.2',
      lookup: async () => {
        lookups += 1;
        return [{ address: lookups === 1 ? '127.0.0.2' : '127.0.0.1', family: 4 }];
      },
    });
    // Nobody listens on 127.0.0.2; the receiver listens on 127.0.0.1 only.
    expect(await post(receiver.port)).toMatchObject({ answer: 'connection-failed', address: '127.0.0.2' });
    expect(lookups).toBe(1);
    expect(await post(receiver.port)).toMatchObject({ answer: 'refused-address' });
    expect(receiver.connections).toBe(0);
  });

  describe('of a name that DNS was asked for', () => {
    async function aName() {
      const receiver = await open.https(server, (_request, response) => response.end());
      const told = { address: '127.0.0.1', asked: 0, allowed: ['127.0.0.1'] };
      const { post, clock } = aSender({
        isAllowedAddress: (address) => told.allowed.includes(address),
        lookup: async () => {
          told.asked += 1;
          return [{ address: told.address, family: 4 }];
        },
      });
      return { told, clock, post: async () => post(receiver.port), receiver };
    }

    test('are used again for 30 s, over new connections too, and no time of DNS is told for it', async () => {
      const { told, clock, post, receiver } = await aName();
      expect((await post()).phasesMs).toHaveProperty('dns');
      clock.at += 30_000;
      const again = await post();
      expect(receiver.connections).toBe(2);
      expect(again).toMatchObject({ status: 200, address: '127.0.0.1' });
      expect(again.phasesMs).not.toHaveProperty('dns');
      expect(told.asked).toBe(1);
      clock.at += 1;
      expect((await post()).phasesMs).toHaveProperty('dns');
      expect(told.asked).toBe(2);
    });

    test('are asked for again when the clock was set back', async () => {
      const { told, clock, post } = await aName();
      await post();
      clock.at -= 1;
      await post();
      expect(told.asked).toBe(2);
    });

    test('are vetted each time', async () => {
      const { told, post, receiver } = await aName();
      await post();
      told.allowed = [];
      expect(await post()).toMatchObject({ answer: 'refused-address' });
      expect(told.asked).toBe(1);
      expect(receiver.connections).toBe(1);
    });

    test('are asked for again after a post that nobody answered', async () => {
      const { told, clock, post } = await aName();
      told.allowed.push('127.0.0.2');
      told.address = '127.0.0.2';
      expect(await post()).toMatchObject({ answer: 'connection-failed' });
      told.address = '127.0.0.1';
      expect(await post()).toMatchObject({ status: 200 });
      clock.at += 1_000;
      expect(await post()).toMatchObject({ status: 200 });
      expect(told.asked).toBe(2);
    });
  });

  test('a name that is not known, or has no address, is a failure of dns', async () => {
    const unknown = aSender({
      lookup: async () => {
        throw Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' });
      },
    });
    expect(await unknown.post(443)).toMatchObject({
      answer: 'dns-failed',
      detail: 'hooks.example cannot be resolved (ENOTFOUND)',
    });
    expect(await aSender({ lookup: async () => [] }).post(443)).toMatchObject({ answer: 'dns-failed' });
  });

  test('a url that is not https is thrown back', async () => {
    await expect(aSender().post(0, { url: 'http://127.0.0.1/' })).rejects.toThrow('expected https:');
  });
});

describe('certificates of the receiver', () => {
  const yesterday = new Date(Date.now() - 86_400_000);
  const lastWeek = new Date(Date.now() - 7 * 86_400_000);
  test.each([
    [
      'expired',
      authority.issue({ hosts: [HOST], notBefore: lastWeek, notAfter: yesterday }),
      'CERT_HAS_EXPIRED',
    ],
    ['for another host', authority.issue({ hosts: ['other.example'] }), 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['self-signed', selfSigned([HOST]), 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    ['of another authority', tlsAuthority('Other').issue({ hosts: [HOST] }), 'UNABLE_TO_VERIFY'],
  ])('%s: the request is not sent', async (_name, certificate, code) => {
    let requests = 0;
    const { port } = await open.https(certificate, (_request, response) => {
      requests += 1;
      response.end();
    });
    expect(await aSender().post(port)).toMatchObject({
      answer: 'tls-failed',
      detail: containing(code),
    });
    expect(requests).toBe(0);
  });

  test('one of a private authority is not trusted without being told', async () => {
    const { port } = await open.https(server, (_request, response) => response.end());
    expect(await aSender().post(port, { tls: {} })).toMatchObject({ answer: 'tls-failed' });
  });

  test('a connection of one destination is not used for another with other trust', async () => {
    const { port } = await open.https(server, (_request, response) => response.end());
    const { post } = aSender();
    expect(await post(port)).toMatchObject({ answer: 'response' });
    expect(await post(port, { tls: { ca: tlsAuthority().ca } })).toMatchObject({ answer: 'tls-failed' });
  });

  test('nothing older than TLS 1.2 is spoken', async () => {
    const { port } = await open.https(
      { ...server, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' },
      (_request, response) => response.end(),
    );
    expect(await aSender().post(port)).toMatchObject({ answer: 'tls-failed' });
  });
});

describe('our own certificate', () => {
  const client = authority.issue({ usage: 'client', commonName: 'tocsin', hosts: ['tocsin.example'] });
  const mutual = { ...server, ca: authority.ca, requestCert: true, rejectUnauthorized: true };

  test('is shown to a receiver that asks for it', async () => {
    const { port } = await open.https(mutual, (_request, response) => response.end('welcome'));
    const tls = { ca: authority.ca, certificate: client.cert, key: client.key };
    expect(textOf(await aSender().post(port, { tls }))).toBe('welcome');
  });

  test('is missed by a receiver that needs one', async () => {
    const { port } = await open.https(mutual, (_request, response) => response.end());
    const { answer } = await aSender().post(port);
    expect(['tls-failed', 'connection-failed']).toContain(answer);
  });

  test.each([
    ['a key of another certificate', { certificate: client.cert, key: authority.issue().key }],
    ['a certificate without a key', { certificate: client.cert }],
    ['a key without a certificate', { key: client.key }],
    ['a certificate that is none', { certificate: 'canary-certificate', key: client.key }],
    ['a key that is none', { certificate: client.cert, key: 'canary-key' }],
    ['an authority that is none', { ca: 'canary-authority' }],
  ])('%s is unusable, and none of it is in the answer', async (_name, tls) => {
    const receiver = await open.https(mutual, (_request, response) => response.end());
    const answer = await aSender().post(receiver.port, { tls });
    expect(answer.answer).toBe('unusable-certificate');
    expect(JSON.stringify(answer)).not.toMatch(/canary|BEGIN/);
    expect(receiver.connections).toBe(0);
  });
});

describe('a hostile receiver', () => {
  test('that never answers, at any stage, ends at the deadline', async () => {
    const reached = Array.from({ length: 3 }, () => Promise.withResolvers<void>());
    const silent = await open.tcp(() => reached[0]?.resolve());
    const mute = await open.tls(server, () => reached[1]?.resolve());
    const half = await open.tls(server, (socket) => {
      socket.write('HTTP/1.1 200 OK\r\nX-', () => reached[2]?.resolve());
    });
    const { post } = aSender();
    const time = stoppedTime();
    const asked = [silent, mute, half].map(async ({ port }) => post(port, { deadlineMs: 150 }));
    await Promise.all(reached.map(async ({ promise }) => promise));
    await time.pass(150);
    const answers = await Promise.all(asked);
    expect(answers.map(({ answer }) => answer)).toEqual(['timeout', 'timeout', 'timeout']);
    expect(answers.map((answer) => 'detail' in answer && answer.detail)).toEqual([
      'no tls handshake within 150 ms',
      'no answer within 150 ms',
      'no answer within 150 ms',
    ]);
  });

  test('whose name server never answers ends at the deadline', async () => {
    const { post } = aSender({ lookup: async () => new Promise(() => {}) });
    expect(await post(443, { deadlineMs: 50 })).toMatchObject({
      answer: 'timeout',
      detail: 'no answer of dns within 50 ms',
    });
  });

  test('that drips its body ends at the deadline, however lively the connection', async () => {
    const { port } = await open.https(server, (_request, response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write('x'), 10);
      response.on('close', () => clearInterval(drip));
    });
    expect(await aSender().post(port, { deadlineMs: 200 })).toMatchObject({ answer: 'timeout' });
  });

  test('with 200 MiB of body is cut off after 64 KiB, and has answered', async () => {
    let sent = 0;
    const closed = Promise.withResolvers<void>();
    const { port } = await open.https(server, (_request, response) => {
      response.writeHead(200, { 'content-length': 200 * 1024 * 1024 });
      const chunk = Buffer.alloc(64 * 1024, 'x');
      const pump = () => {
        while (sent < 200 * 1024 * 1024) {
          sent += chunk.length;
          if (!response.write(chunk)) {
            response.once('drain', pump);
            return;
          }
        }
      };
      response.on('close', closed.resolve);
      pump();
    });
    const answer = await aSender().post(port);
    expect(answer).toMatchObject({ answer: 'response', status: 200 });
    expect(textOf(answer)).toBe('x'.repeat(1_024));
    await closed.promise;
    expect(sent).toBeLessThan(20 * 1024 * 1024);
  });

  test('with a gzip body gets it stored as it came', async () => {
    const bytes = Buffer.from([0x1f, 0x8b, 0x08, 0, 1, 2, 3]);
    const { port } = await open.https(server, (_request, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(bytes),
    );
    const answer = await aSender().post(port);
    expect(answer.answer === 'response' && Buffer.from(answer.bodyStart)).toEqual(bytes);
  });

  test.each([
    ['ten thousand headers', `HTTP/1.1 200 OK\r\n${'a: b\r\n'.repeat(10_000)}\r\n`, 'HPE_HEADER_OVERFLOW'],
    ['no http', 'SSH-2.0-OpenSSH_9.6\r\n', 'HPE_'],
    ['an endless chain of interim answers', 'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(100), 'interim'],
    ['no answer but the end', '', 'ECONNRESET'],
    ['half a header', 'HTTP/1.1 200 OK\r\nX-', ''],
    ['a body shorter than announced', 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc', 'broke off'],
    ['a broken chunk', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n', 'HPE_'],
  ])('that sends %s is a failed connection', async (_name, bytes, detail) => {
    const { port } = await open.tls(server, (socket) => socket.end(bytes));
    expect(await aSender().post(port)).toMatchObject({
      answer: 'connection-failed',
      detail: containing(detail),
    });
  });

  test.each([
    ['at once', 'tcp'],
    ['after the handshake', 'tls'],
    ['in the middle of its answer', 'answer'],
  ])('that resets the connection %s is a failed connection', async (_name, stage) => {
    const { port } = await (stage === 'tcp'
      ? open.tcp((socket) => socket.resetAndDestroy())
      : open.tls(server, (socket) => {
          if (stage === 'answer') socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc');
          setImmediate(() => socket.destroy());
        }));
    expect((await aSender().post(port)).answer).toBe('connection-failed');
  });

  test('that closes a connection which is in use again is not asked twice', async () => {
    let requests = 0;
    const receiver = await open.https(server, (request, response) => {
      requests += 1;
      if (requests === 1) response.end();
      else request.socket.destroy();
    });
    const { post } = aSender();
    await post(receiver.port);
    expect(await post(receiver.port)).toMatchObject({
      answer: 'connection-failed',
      detail: containing('reused connection'),
    });
    expect(requests).toBe(2);
  });

  test('that switches protocols has answered 101', async () => {
    const { port } = await open.tls(server, (socket) =>
      socket.write('HTTP/1.1 101 Switching\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n'),
    );
    expect(await aSender().post(port)).toMatchObject({ answer: 'response', status: 101 });
  });

  test('where nobody listens is a failed connection', async () => {
    const lookup: Lookup = async () => [{ address: '127.0.0.3', family: 4 }];
    const { port } = await open.https(server, () => {});
    expect(await aSender({ lookup }).post(port)).toMatchObject({
      answer: 'connection-failed',
      detail: 'connection failed (ECONNREFUSED)',
    });
  });
});
