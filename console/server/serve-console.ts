import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openConsole, type OpenConsole } from './open-console.ts';

type RunningConsole = {
  /** The URL with the token of this start; opening it begins a session. */
  url: string;
  readOnlyBecause: string | undefined;
  close(): Promise<void>;
};

/** Serves a console on 127.0.0.1, and only there. @throws when the port is taken */
export async function serveConsole(
  port: number,
  options: Omit<OpenConsole, 'opensFor'>,
): Promise<RunningConsole> {
  const opened = await openConsole({ ...options, opensFor: 'requests-with-the-token' });
  const server = createServer((request, response) => void opened.handle(request, response));
  await once(server.listen(port, '127.0.0.1'), 'listening');
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${String(taken)}/?token=${opened.token}`,
    readOnlyBecause: opened.readOnlyBecause,
    async close() {
      opened.close();
      const closed = once(server.close(), 'close');
      server.closeAllConnections();
      await closed;
    },
  };
}
