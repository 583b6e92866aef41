import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

export type Seen = { headers: IncomingMessage['headers']; body: string };
/** What becomes of one request; a text is the body of a 200. */
export type Behaviour = string | ((response: ServerResponse, request: IncomingMessage) => void);

/** An endpoint that does with each request what the test says, in turn; the last one for ever. */
export async function hostileAws(...behaviours: Behaviour[]) {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const body = await text(request);
      const behaviour = behaviours[Math.min(seen.length, behaviours.length - 1)] ?? '{}';
      seen.push({ headers: request.headers, body });
      if (typeof behaviour === 'string') response.end(behaviour);
      else behaviour(response, request);
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

/** A refusal as DynamoDB writes it. */
export const refusal =
  (name: string, status = 400): Behaviour =>
  (response) => {
    const body = { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: `why ${name}` };
    response.writeHead(status).end(JSON.stringify(body));
  };
