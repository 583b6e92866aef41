import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { emulatedGateway } from '../emulated-gateway.ts';

type Emulated = Awaited<ReturnType<typeof emulatedGateway>>;

/** What happens at one of the calls. After `dies` no call gets an answer any more: the process is dead. */
export type At = {
  call: number;
  happens: 'dies before it' | 'dies after it' | (() => Promise<void>);
};

/** The endpoint of the emulators behind a proxy, at which something happens at one of the calls. */
export async function endpointBetween({ url, manifest, ask }: Emulated) {
  let counted = 0;
  let at: At | undefined;
  const server = createServer((request, response) => {
    void (async () => {
      const body = await buffer(request);
      counted += 1;
      const isHere = counted === at?.call;
      const isDead = at !== undefined && typeof at.happens === 'string' && counted > at.call;
      if (isDead || (isHere && at?.happens === 'dies before it')) {
        response.destroy();
        return;
      }
      if (isHere && typeof at?.happens === 'function') await at.happens();
      const answer = await ask(request, body);
      if (isHere && at?.happens === 'dies after it') {
        response.destroy();
        return;
      }
      response.writeHead(answer.status, answer.headers).end(answer.text);
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const data = await mkdtemp(join(tmpdir(), 'tocsin-between-'));
  await writeFile(join(data, 'manifest.json'), JSON.stringify(manifest).replaceAll(url, endpoint));
  return {
    data,
    /** Counts from one again. */
    set(next: At | undefined) {
      counted = 0;
      at = next;
    },
    calls: () => counted,
    async close() {
      server.closeAllConnections();
      server.close();
      await rm(data, { recursive: true });
    },
  };
}
