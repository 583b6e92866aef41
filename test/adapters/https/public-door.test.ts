import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { httpsPublicDoor } from '../../../functions/adapters/https/public-door.ts';

const REQUEST = { headers: { 'content-type': 'application/json' }, body: '{"title":"Canary"}' };

/** The answer to a post, by a server that is there for it alone. */
async function postedTo(answer: Parameters<typeof createServer>[1]) {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    return await httpsPublicDoor().post({ ...REQUEST, url: `http://127.0.0.1:${String(port)}/` });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

it('gives status and text of the answer', async () => {
  const bodies: string[] = [];
  const answer = await postedTo((request, response) => {
    request.setEncoding('utf8').on('data', (text: string) => bodies.push(text));
    request.on('end', () => response.writeHead(202).end('{"alert_ids":["a"]}'));
  });
  expect(answer).toEqual({ status: 202, text: '{"alert_ids":["a"]}' });
  expect(bodies.join('')).toBe(REQUEST.body);
});

it('follows no redirect', async () => {
  const answer = await postedTo((_, response) =>
    response.writeHead(308, { location: 'https://example.com/' }).end(),
  );
  expect(answer).toMatchObject({ status: 308 });
});

it('says why there was no answer', async () => {
  const broken = await postedTo((request) => void request.socket.destroy());
  expect(broken).toEqual({ problem: expect.stringMatching(/^no connection: \S/u) as string });
  const unknown = await httpsPublicDoor().post({ ...REQUEST, url: 'https://nowhere.invalid/' });
  expect(unknown).toEqual({ problem: expect.stringMatching(/^no connection: E\S+/u) as string });
  const silent = await httpsPublicDoor({
    fetch: async () => Promise.reject(new DOMException('too late', 'TimeoutError')),
  }).post({ ...REQUEST, url: 'https://alerts.example/' });
  expect(silent).toEqual({ problem: 'no answer within 10000 ms' });
});
