import { request } from 'node:http';
import type { RequestOptions } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import type { LocalRun } from '../../../local/local-run-options.ts';
import { runFixture } from '../fixture-stack.ts';

type Seen = { status: number | undefined; body: string };

/** What a sender on Node sees; rejects with ECONNRESET when the connection is torn down under it. */
function send(run: LocalRun, options: RequestOptions, body: Buffer | string): Promise<Seen> {
  return new Promise((resolve, reject) => {
    const sent = request(`${run.url}/v1/ingest/a`, { method: 'POST', agent: false, ...options }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (part: string) => {
        text += part;
      });
      answer.on('error', reject);
      answer.on('end', () => {
        resolve({ status: answer.statusCode, body: text });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Sends bytes as they are and reads until the other side ends. */
function sendRaw(run: LocalRun, bytes: string): Promise<string> {
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
    socket.write(bytes);
  });
}

const LARGE = Buffer.alloc(2_000_000, '[');
const statusLines = (answer: string): string[] => answer.match(/HTTP\/1\.1 \d{3}/g) ?? [];

describe('a sender reads its answer', () => {
  test.each<[string, RequestOptions, number]>([
    ['whose headers are too long for an API', { headers: { x: 'a'.repeat(12_000) } }, 431],
    ['whose headers are too long for a parser', { headers: { x: 'a'.repeat(20_000) } }, 431],
    ['whose headers do not end for long', { headers: { x: 'a'.repeat(200_000) } }, 431],
    ['whose path leads nowhere', { path: '/v1/nowhere' }, 404],
    ['whose body is longer than an API takes', { headers: { 'content-length': '20000000' } }, 413],
  ])('%s, although nobody reads its body', async (_name, options, status) => {
    const run = await runFixture();
    const body = status === 413 ? Buffer.alloc(20_000_000) : LARGE;
    const seen = await send(run, options, body);
    expect(seen.status).toBe(status);
    expect(JSON.parse(seen.body)).toEqual({ message: expect.any(String) as string });
  });

  // Node's own client sends the body of a GET without saying how long it is.
  test.each(['GET', 'OPTIONS'])('who sends a body with %s that no header announces', async (method) => {
    const run = await runFixture();
    const seen = await send(run, { method }, LARGE);
    expect([200, 404, 405]).toContain(seen.status);
  });

  test.each([
    ['that is no HTTP', 'nonsense\r\n\r\n'],
    ['with a length that is no number', 'POST /v1/ingest/a HTTP/1.1\r\nContent-Length: x\r\n\r\n'],
    [
      'with two lengths',
      'POST /v1/ingest/a HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n'.concat(
        '['.repeat(99_999),
      ),
    ],
    [
      'whose chunks are broken',
      'POST /v1/ingest/a HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n',
    ],
  ])('of a request %s', async (_name, bytes) => {
    const run = await runFixture();
    const answer = await sendRaw(run, bytes);
    expect(statusLines(answer)).toEqual(['HTTP/1.1 400']);
    expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4))).toEqual({ message: 'Bad Request' });
  });

  test('before the connection ends, and a request after that is not run', async () => {
    const run = await runFixture();
    const one =
      'POST /v1/ingest/a HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}';
    expect(statusLines(await sendRaw(run, one + one))).toEqual(['HTTP/1.1 200']);
  });
});
