import type { AddressInfo, Server } from 'node:net';

/** Has a server listen on 127.0.0.1, and only there; its port, where 0 takes a free one. @throws what `listen` reports */
export async function takeLoopbackPort(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return (server.address() as AddressInfo).port;
}

/** Ends a server with all its connections, idle or not. */
export async function closeAtOnce(server: Server & { closeAllConnections(): void }): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
  });
  server.closeAllConnections();
  await closed;
}
