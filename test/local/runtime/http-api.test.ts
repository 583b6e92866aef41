import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { LocalRun } from '../../../local/local-run-options.ts';
import { runFixture, sharedFixture } from '../fixture-stack.ts';

/** For every test that wants nothing special of the stack. */
const shared = sharedFixture();

type Event = {
  body?: string;
  cookies?: string[];
  headers: Record<string, string>;
  isBase64Encoded: boolean;
  pathParameters: Record<string, string>;
  rawPath: string;
  rawQueryString: string;
  queryStringParameters?: Record<string, string>;
  requestContext: Record<string, unknown>;
  [name: string]: unknown;
};

/** Sends bytes as they are and reads until the other side closes: `fetch` would tidy the request up. */
function rawRequest(run: LocalRun, lines: string[], body: Buffer = Buffer.alloc(0)): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(run.url).port), '127.0.0.1');
    let answer = '';
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => {
      answer += text;
    });
    socket.on('error', reject);
    socket.on('close', () => {
      resolve(answer);
    });
    socket.write(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), body]));
  });
}

const headersFor = (run: LocalRun, ...more: string[]): string[] => [
  `Host: ${new URL(run.url).host}`,
  'Connection: close',
  ...more,
];

function eventOf(answer: string): Event {
  return JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4)) as Event;
}

async function echo(run: LocalRun, body: Buffer, ...headers: string[]): Promise<Event> {
  const lines = [
    'POST /v1/ingest/a HTTP/1.1',
    ...headersFor(run, `Content-Length: ${body.length}`, ...headers),
  ];
  return eventOf(await rawRequest(run, lines, body));
}

const ask = (run: LocalRun, wanted: string, more: RequestInit = {}): Promise<Response> =>
  fetch(`${run.url}/v1/ingest/a?do=${wanted}`, { method: 'POST', ...more });

describe('the event', () => {
  test('has the members of payload format 2.0', async () => {
    const run = await runFixture({ clock: { now: () => Date.parse('2026-03-12T19:03:58Z') } });
    const lines = [
      'POST /v1/ingest/a%2Fb%20c?x=1&x=2&y=%C3%BC HTTP/1.1',
      ...headersFor(
        run,
        'X-Twice: one',
        'x-twice: two',
        'Cookie: a=1; b=2',
        'User-Agent: test',
        'Content-Length: 0',
      ),
    ];
    const event = eventOf(await rawRequest(run, lines));
    expect(event).toMatchObject({
      version: '2.0',
      routeKey: 'POST /v1/ingest/{sourceId}',
      rawPath: '/v1/ingest/a/b c',
      rawQueryString: 'x=1&x=2&y=%C3%BC',
      queryStringParameters: { x: '1,2', y: 'ü' },
      pathParameters: { sourceId: 'a/b c' },
      cookies: ['a=1', 'b=2'],
      headers: { 'x-twice': 'one,two', 'user-agent': 'test', 'x-forwarded-for': '127.0.0.1' },
      isBase64Encoded: false,
      requestContext: {
        accountId: '000000000000',
        domainName: '127.0.0.1',
        http: {
          method: 'POST',
          path: '/v1/ingest/a/b c',
          protocol: 'HTTP/1.1',
          sourceIp: '127.0.0.1',
          userAgent: 'test',
        },
        routeKey: 'POST /v1/ingest/{sourceId}',
        stage: '$default',
        time: '12/Mar/2026:19:03:58 +0000',
        timeEpoch: 1_773_342_238_000,
      },
    });
    expect(Object.keys(event.headers)).not.toContain('connection');
    expect(Object.keys(event.headers)).not.toContain('cookie');
    expect(event).not.toHaveProperty('body');
  });

  test('has no query parameters and no cookies when there are none', async () => {
    const run = shared.run();
    const event = await echo(run, Buffer.alloc(0));
    expect(event.rawQueryString).toBe('');
    for (const name of ['cookies', 'queryStringParameters', 'stageVariables'])
      expect(event).not.toHaveProperty(name);
  });

  test.each([
    ['application/json', 'text'],
    ['Application/JSON; charset=utf-8', 'text'],
    ['text/plain', 'text'],
    ['application/xml', 'text'],
    ['application/javascript', 'text'],
    ['application/cloudevents+json', 'base64'],
    ['application/x-www-form-urlencoded', 'base64'],
    ['application/octet-stream', 'base64'],
    ['application/gzip', 'base64'],
    [undefined, 'base64'],
  ])('a body of type %s arrives as %s', async (type, expected) => {
    const run = shared.run();
    const body = Buffer.from('{"ü":1}');
    const event = await echo(run, body, ...(type === undefined ? [] : [`Content-Type: ${type}`]));
    expect(event.isBase64Encoded).toBe(expected === 'base64');
    expect(Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8')).toEqual(body);
  });

  test('a body sent in chunks after "100 Continue" arrives whole', async () => {
    const run = shared.run();
    const lines = [
      'POST /v1/ingest/a HTTP/1.1',
      ...headersFor(run, 'Content-Type: text/plain', 'Transfer-Encoding: chunked', 'Expect: 100-continue'),
    ];
    const answer = await rawRequest(run, lines, Buffer.from('3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n'));
    expect(answer).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK\r\n/);
    const event = JSON.parse(answer.split('\r\n\r\n')[2] ?? '') as Event;
    expect(event.body).toBe('abcde');
    expect(event.headers).toMatchObject({ 'content-length': '5' });
    expect(Object.keys(event.headers)).not.toContain('transfer-encoding');
  });
});

describe('bytes that are not UTF-8, sent as application/json', () => {
  const compressed = gzipSync('{"a":1}');
  const headers = ['Content-Type: application/json', 'Content-Encoding: gzip'];

  test('base64: arrive untouched', async () => {
    const event = await echo(shared.run(), compressed, ...headers);
    expect(event.isBase64Encoded).toBe(true);
    expect(Buffer.from(event.body ?? '', 'base64')).toEqual(compressed);
  });

  test('decompressed: arrive as text, with the header left on', async () => {
    const event = await echo(await runFixture({ textBytes: 'decompressed' }), compressed, ...headers);
    expect(event).toMatchObject({ isBase64Encoded: false, body: '{"a":1}' });
    expect(event.headers['content-encoding']).toBe('gzip');
  });

  test('lossy: arrive with replacement characters', async () => {
    const event = await echo(await runFixture({ textBytes: 'lossy' }), compressed, ...headers);
    expect(event.isBase64Encoded).toBe(false);
    expect(event.body).toContain('\uFFFD');
  });

  test('decompressed: what does not decompress is decoded with loss', async () => {
    const event = await echo(
      await runFixture({ textBytes: 'decompressed' }),
      Buffer.from([0xff, 0xfe]),
      ...headers,
    );
    expect(event.body).toBe('\uFFFD\uFFFD');
  });
});

describe('headers, as API Gateway treats them', () => {
  test.each([
    'Connection',
    'Content-MD5',
    'Expect',
    'Keep-Alive',
    'Max-Forwards',
    'Proxy-Authenticate',
    'Server',
    'TE',
    'Trailer',
    'Upgrade',
    'WWW-Authenticate',
  ])('%s of a request does not reach the function', async (name) => {
    const value = name === 'Expect' ? '100-continue' : 'trailers';
    const lines = [
      'POST /v1/ingest/a HTTP/1.1',
      `Host: 127.0.0.1`,
      'Content-Length: 0',
      ...(name === 'Connection' ? [] : ['Connection: close']),
      `${name}: ${name === 'Connection' ? 'close' : value}`,
    ];
    const answer = await rawRequest(shared.run(), lines);
    const { headers } = eventOf(answer.replace('HTTP/1.1 100 Continue\r\n\r\n', ''));
    expect(Object.keys(headers)).not.toContain(name.toLowerCase());
  });

  test.each(['Authorization', 'Date', 'Idempotency-Key', 'Via', 'X-Signature'])(
    '%s of a request does',
    async (name) => {
      const { headers } = await echo(shared.run(), Buffer.from('x'), `${name}: a-value`);
      expect(headers[name.toLowerCase()]).toBe('a-value');
    },
  );

  test('what the sender claims to be forwarded for stands before what was seen', async () => {
    const { headers } = await echo(shared.run(), Buffer.from('x'), 'X-Forwarded-For: 192.0.2.1');
    expect(headers['x-forwarded-for']).toBe('192.0.2.1, 127.0.0.1');
  });

  const answerWith = async (headers: Record<string, string>): Promise<Response> =>
    ask(shared.run(), 'headers', { body: JSON.stringify(headers) });

  test.each([
    'Authorization',
    'Connection',
    'Content-MD5',
    'Date',
    'Host',
    'Max-Forwards',
    'Server',
    'User-Agent',
    'WWW-Authenticate',
  ])('%s of an answer comes under another name', async (name) => {
    const answer = await answerWith({ [name]: 'a-value' });
    expect(answer.status).toBe(401);
    expect(answer.headers.get(`x-amzn-remapped-${name}`)).toBe('a-value');
    expect(answer.headers.get(name)).not.toBe('a-value');
  });

  test.each([
    'Expect',
    'Keep-Alive',
    'Proxy-Authenticate',
    'TE',
    'Trailer',
    'Transfer-Encoding',
    'Upgrade',
    'Via',
  ])('%s of an answer does not come', async (name) => {
    const answer = await answerWith({ [name]: 'a-value', 'X-Own': 'kept' });
    expect(answer.headers.get('x-own')).toBe('kept');
    expect([...answer.headers.values()]).not.toContain('a-value');
  });
});

describe('the answer', () => {
  test('carries status, headers in lower case, and cookies', async () => {
    const run = shared.run();
    const answer = await ask(run, 'cookies');
    expect(answer.status).toBe(204);
    expect(answer.headers.get('x-upper')).toBe('kept');
    expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(answer.headers.get('apigw-requestid')).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('is a JSON 200 when the function returns a value without a status', async () => {
    const answer = await ask(shared.run(), 'object');
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ a: 1 });
  });

  test.each(['throw', 'malformed', 'exit'])('is 500 when the function does: %s', async (wanted) => {
    const answer = await ask(shared.run(), wanted);
    expect(answer.status).toBe(500);
    expect(await answer.text()).toBe('{"message":"Internal Server Error"}');
  });

  test('is 503 when the function takes longer than the integration allows', async () => {
    const run = await runFixture({
      drainMs: 0,
      change: (template) => {
        Object.assign(template.Resources['Integration']?.['Properties'] as object, { TimeoutInMillis: 50 });
      },
    });
    const answer = await ask(run, 'slow');
    expect(answer.status).toBe(503);
    expect(await answer.text()).toBe('{"message":"Service Unavailable"}');
  });

  test('is 503 beyond the reserved concurrency', async () => {
    const run = await runFixture({
      change: (template) => {
        Object.assign(template.Resources['api']?.['Properties'] as object, {
          ReservedConcurrentExecutions: 1,
        });
      },
    });
    const answers = await Promise.all([ask(run, 'pause'), ask(run, 'pause')]);
    expect(answers.map((answer) => answer.status).toSorted((a, b) => a - b)).toEqual([200, 503]);
  });

  test.each([
    ['GET', '/v1/ingest/a'],
    ['OPTIONS', '/v1/ingest/a'],
    ['POST', '/v1/ingest'],
    ['POST', '/v1/ingest/'],
    ['POST', '/v1/ingest/a/b'],
    ['PUT', '/favicon.ico'],
  ])('is 404 for %s %s, which no route takes', async (method, path) => {
    const run = shared.run();
    const answer = await fetch(run.url + path, { method });
    expect(answer.status).toBe(404);
    expect(await answer.text()).toBe('{"message":"Not Found"}');
  });

  test('has no body for HEAD', async () => {
    const run = shared.run();
    const answer = await fetch(`${run.url}/v1/ingest/a`, { method: 'HEAD' });
    expect([answer.status, await answer.text()]).toEqual([404, '']);
  });

  test('is 413 over 10 MB, with and without a declared length, and the next request is served', async () => {
    const run = shared.run();
    const declared = [
      'POST /v1/ingest/a HTTP/1.1',
      ...headersFor(run, `Content-Length: ${10 * 1024 * 1024 + 1}`),
    ];
    expect(await rawRequest(run, declared)).toMatch(/^HTTP\/1\.1 413 /);
    const chunked = ['POST /v1/ingest/a HTTP/1.1', ...headersFor(run, 'Transfer-Encoding: chunked')];
    const chunk = Buffer.concat([
      Buffer.from('A00001\r\n'),
      Buffer.alloc(0xa00001, 'x'),
      Buffer.from('\r\n'),
    ]);
    expect(await rawRequest(run, chunked, chunk)).toMatch(/^HTTP\/1\.1 413 /);
    expect((await ask(run, 'echo')).status).toBe(200);
  });

  test('is 413 when the event passes the 6 MB that Lambda takes, in base64 earlier', async () => {
    const run = shared.run();
    const post = async (bytes: number, type: string): Promise<number> =>
      (
        await fetch(`${run.url}/v1/ingest/a?do=log`, {
          method: 'POST',
          headers: { 'content-type': type },
          body: 'x'.repeat(bytes),
        })
      ).status;
    expect(await post(5_000_000, 'text/plain')).toBe(200);
    expect(await post(6_291_456, 'text/plain')).toBe(413);
    expect(await post(5_000_000, 'application/octet-stream')).toBe(413);
    expect(await post(4_000_000, 'application/octet-stream')).toBe(200);
  });

  test('is 429 when the bucket of the stage is empty, which fills by its rate', async () => {
    const clock = { at: Date.now(), now: () => clock.at };
    const run = await runFixture({
      clock,
      change: (template) => {
        Object.assign(template.Resources['Stage']?.['Properties'] as object, {
          DefaultRouteSettings: { ThrottlingRateLimit: 2, ThrottlingBurstLimit: 3 },
        });
      },
    });
    const statuses = async (count: number): Promise<number[]> => {
      const all: number[] = [];
      for (let index = 0; index < count; index += 1) {
        // One after another: the order is what is looked at.
        // oxlint-disable-next-line no-await-in-loop
        all.push((await ask(run, 'log')).status);
      }
      return all;
    };
    expect(await statuses(4)).toEqual([200, 200, 200, 429]);
    expect(await (await ask(run, 'log')).text()).toBe('{"message":"Too Many Requests"}');
    clock.at += 1_000;
    expect(await statuses(3)).toEqual([200, 200, 429]);
    clock.at -= 3_600_000;
    expect(await statuses(1)).toEqual([429]);
    clock.at += 500;
    expect(await statuses(2)).toEqual([200, 429]);
  });

  test('is 431 when request line and headers pass 10,240 bytes', async () => {
    const run = shared.run();
    const lines = ['POST /v1/ingest/a HTTP/1.1', ...headersFor(run, `X-Long: ${'x'.repeat(10_240)}`)];
    expect(await rawRequest(run, lines)).toMatch(/^HTTP\/1\.1 431 /);
  });
});
