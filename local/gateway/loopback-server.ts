import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { messageOf, StartError } from '../start-error.ts';
import { closeAtOnce, takeLoopbackPort } from './loopback-port.ts';
import { closeInOrder } from './orderly-close.ts';
import { pathOf } from './request-path.ts';

/** Answers one request. */
export type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

const LOOPBACK_HOST = /^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/i;

/** Answers with one line of plain text. */
export function plainAnswer(response: ServerResponse, status: number, line: string): void {
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'x-content-type-options': 'nosniff',
    connection: 'close',
  });
  response.end(`${line}\n`);
}

/**
 * Takes a port on 127.0.0.1, and only there.
 *
 * A request whose Host header is not loopback is refused on every path: a web page that points its own name at this
 * machine (DNS rebinding) must not reach the emulators. Until `serve` is called, everything is answered with 503.
 *
 * @throws {StartError} when the port is taken
 */
export async function listenOnLoopback(port: number) {
  let handler: Handler = (_, response) => {
    plainAnswer(response, 503, 'the local run is still starting');
    return Promise.resolve();
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // Without a listener, the error of a client that goes away would end the process.
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    if (!LOOPBACK_HOST.test(request.headers.host ?? '')) {
      plainAnswer(response, 403, 'the local run answers on 127.0.0.1, localhost and [::1] only');
      return;
    }
    try {
      await handler(request, response);
    } catch (error) {
      console.error(`tocsin: ${request.method} ${pathOf(request)}: ${messageOf(error)}`);
      if (!response.headersSent) plainAnswer(response, 500, 'the local run failed at this request');
    }
  }

  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    // A request after the last one of its connection gets no answer: the sender could not read it.
    if (request.socket.writableEnded) return;
    connections.began({ request, response });
    void answer(request, response);
  });
  const connections = closeInOrder(server);
  const taken = await takeLoopbackPort(server, port).catch((error: unknown) => {
    const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
    const hint = isTaken ? `port ${port} is already in use; choose another with --port` : messageOf(error);
    throw new StartError(hint, { cause: error });
  });
  const url = `http://127.0.0.1:${taken}`;

  return {
    url,
    serve(next: Handler): void {
      handler = next;
    },
    close: async (): Promise<void> => closeAtOnce(server),
  };
}
