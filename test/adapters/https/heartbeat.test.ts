import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterAll, describe, expect, test } from 'vitest';
import { httpsSender } from '../../../functions/adapters/https/sender.ts';
import { tellHeartbeat } from '../../../functions/core/canary/heartbeat.ts';
import { publicTier } from '../../../functions/core/deliver/webhook/address-tier.ts';
import { tlsAuthority } from '../../tls-authority.ts';
import { receivers } from '../hostile-receivers.ts';

const HOST = 'hc.example';
const SECRET = '7f1c-secret-path';
const authority = tlsAuthority();
const server = authority.issue({ hosts: [HOST] });
const open = receivers();
afterAll(open.closeAll);

type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void;

/** A heartbeat over a socket with TLS, to a service that answers so; the system's authorities do not know its own. */
async function told(
  says: 'success' | 'fail',
  answer: Answer,
  { isTrusted = true, mayBeLoopback = true } = {},
): Promise<object | undefined> {
  const { port } = await open.https(server, answer);
  const clock = { now: () => 0 };
  const addresses = publicTier(mayBeLoopback ? ['127.0.0.0/8'] : []);
  const sender = httpsSender({
    clock,
    isAllowedAddress: addresses.isAllowed,
    refusal: addresses.refusal,
    lookup: async () => [{ address: '127.0.0.1', family: 4 }],
  });
  return tellHeartbeat(says, 'canary received', {
    heartbeatUrl: { read: async () => `https://${HOST}:${port}/${SECRET}` },
    http: {
      post: async (request) => sender.post(isTrusted ? { ...request, tls: { ca: authority.ca } } : request),
    },
    addresses,
    clock,
  });
}

describe('a heartbeat over TLS', () => {
  test.each([
    ['success', `/${SECRET}`],
    ['fail', `/${SECRET}/fail`],
  ] as const)('of %s is one POST to %s with a line of text', async (says, path) => {
    const seen: unknown[] = [];
    const heartbeat = await told(says, ({ method, url, headers }, response, body) => {
      seen.push([method, url, headers['content-type'], headers['user-agent'], body]);
      response.end('OK');
    });
    expect(heartbeat).toEqual({ took_ms: 0 });
    expect(seen).toEqual([
      ['POST', path, 'text/plain; charset=utf-8', 'Tocsin-Canary/1.0', 'canary received'],
    ]);
  });

  test.each<[string, Answer, Parameters<typeof told>[2], RegExp]>([
    ['a service that knows no such check', (_, to) => to.writeHead(404).end(SECRET), {}, /answered 404/u],
    [
      'a redirect, which is not followed',
      (_, to) => to.writeHead(302, { location: `https://${HOST}/${SECRET}` }).end(),
      {},
      /answered 302/u,
    ],
    ['a service that hangs up', ({ socket }) => socket.destroy(), {}, /^[a-z-]+: /u],
    [
      'a certificate that no authority vouches for',
      (_, to) => to.end(),
      { isTrusted: false },
      /certificate/u,
    ],
    ['a name that leads to this machine', (_, to) => to.end(), { mayBeLoopback: false }, /127\.0\.0\.1/u],
  ])('tells of %s, and never of its URL', async (_, answer, how, problem) => {
    const heartbeat = await told('success', answer, how);
    expect(heartbeat).toMatchObject({ problem: expect.stringMatching(problem) as string });
    expect(JSON.stringify(heartbeat)).not.toContain(SECRET);
  });
});
