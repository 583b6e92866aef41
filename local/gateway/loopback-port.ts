import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';

/** Has a server listen on 127.0.0.1, and only there; its port, where 0 takes a free one. @throws what `listen` reports */
export async function takeLoopbackPort(server: Server, port: number): Promise<number> {
  await once(server.listen(port, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
}

/** Ends a server with all its connections, idle or not. */
export async function closeAtOnce(server: Server & { closeAllConnections(): void }): Promise<void> {
  const closed = once(server.close(), 'close');
  server.closeAllConnections();
  await closed;
}
