import { createServer } from 'node:https';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tlsAuthority } from '../tls-authority.ts';

export type ReceivedPost = {
  headers: IncomingHttpHeaders;
  rawHeaderNames: string[];
  body: string;
  path: string;
};

/** What the receiver does with a post: answers with a status, or never. */
export type Answer = number | 'never';

export type Receiver = {
  url: string;
  /** Its own certificate authority, PEM. */
  ca: string;
  posts: ReceivedPost[];
  connections(): number;
  /** Answers of the next posts, in order; afterwards `always`. */
  answer(next: Answer[], always: Answer): void;
  close(): Promise<void>;
};

/** A webhook receiver behind real TLS, on loopback or at an address of the machine. */
export async function startReceiver(address?: string): Promise<Receiver> {
  const authority = tlsAuthority(`Receiver Authority${address === undefined ? '' : ` at ${address}`}`);
  const posts: ReceivedPost[] = [];
  let connections = 0;
  let script: Answer[] = [];
  let always: Answer = 200;
  const server = createServer(
    authority.issue(address === undefined ? {} : { hosts: [address] }),
    (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        posts.push({
          headers: request.headers,
          rawHeaderNames: request.rawHeaders.filter((_, index) => index % 2 === 0),
          body: Buffer.concat(chunks).toString('utf8'),
          path: request.url ?? '',
        });
        const answer = script.shift() ?? always;
        if (answer !== 'never') {
          response.writeHead(answer, { 'content-type': 'text/plain' }).end(`status ${String(answer)}`);
        }
      });
    },
  );
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, address ?? '127.0.0.1', resolve));
  const host = address === undefined ? 'localhost' : address.includes(':') ? `[${address}]` : address;
  return {
    url: `https://${host}:${String((server.address() as AddressInfo).port)}/hook`,
    ca: authority.ca,
    posts,
    connections: () => connections,
    answer: (next, then) => {
      script = next;
      always = then;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
