import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TLSSocket, type TlsOptions } from 'node:tls';
import { text } from 'node:stream/consumers';

/** Listening servers of one test file; `closeAll` ends them and every connection. */
export function receivers() {
  const servers = new Set<Server>();
  const sockets = new Set<Socket>();

  async function listen(server: Server, host = '127.0.0.1') {
    const state = { port: 0, connections: 0 };
    server.on('connection', (socket: Socket) => {
      state.connections += 1;
      sockets.add(socket);
      socket.on('error', () => {});
    });
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    server.once('error', reject);
    server.listen(0, host, resolve);
    await promise;
    servers.add(server);
    state.port = (server.address() as AddressInfo).port;
    return state;
  }

  return {
    /** Speaks HTTP. The body is read before the answer is asked for. */
    https: async (
      tls: TlsOptions,
      answer: (request: IncomingMessage, response: ServerResponse, body: string) => void,
      host?: string,
    ) =>
      listen(
        createHttpsServer(tls, (request, response) => {
          void text(request).then((body) => answer(request, response, body));
        }),
        host,
      ),
    /** Speaks TLS, and then whatever the test wants. `talk` is called with the first bytes of the request. */
    tls: async (tls: TlsOptions, talk: (socket: TLSSocket) => void) =>
      listen(
        createTlsServer(tls, (socket) => {
          socket.on('error', () => {});
          socket.once('data', () => talk(socket));
        }),
      ),
    tcp: async (talk: (socket: Socket) => void) => listen(createTcpServer(talk)),
    closeAll: async () => {
      for (const socket of sockets) socket.destroy();
      await Promise.all(
        [...servers].map(async (server) => {
          const { promise, resolve } = Promise.withResolvers<void>();
          server.close(() => resolve());
          await promise;
        }),
      );
    },
  };
}
