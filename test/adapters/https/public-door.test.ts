import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { httpsPublicDoor } from '../../../functions/adapters/https/public-door.ts';

const REQUEST = { headers: { 'content-type': 'application/json' }, body: '{"title":"Canary"}' };

const clock = { now: () => 1_000_000 };

/** The answer to a post, by a server that is there for it alone. */
async function postedTo(answer: Parameters<typeof createServer>[1], timeoutMs?: number) {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    const door = httpsPublicDoor({ clock, ...(timeoutMs !== undefined && { timeoutMs }) });
    return await door.post({ ...REQUEST, url: `http://127.0.0.1:${String(port)}/v1/ingest/a?b=c` });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

it('gives status and text of the answer', async () => {
  const bodies: string[] = [];
  const answer = await postedTo((request, response) => {
    request.setEncoding('utf8').on('data', (text: string) => bodies.push(text));
    request.on('end', () => response.writeHead(202).end(JSON.stringify({ url: request.url })));
  });
  expect(answer).toEqual({ status: 202, text: '{"url":"/v1/ingest/a?b=c"}' });
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
  const door = httpsPublicDoor({ clock });
  const unknown = await door.post({ ...REQUEST, url: 'https://nowhere.invalid/' });
  expect(unknown).toEqual({ problem: expect.stringMatching(/^no connection: E\S+/u) as string });
  const silent = await postedTo(() => {}, 100);
  expect(silent).toEqual({ problem: 'no answer within 100 ms' });
});
