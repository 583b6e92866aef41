import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { emulatedGateway } from '../emulated-gateway.ts';

type Emulated = Awaited<ReturnType<typeof emulatedGateway>>;

/**
 * What happens at one of the calls. After `dies` no call gets an answer any more: the process is dead. An answer is lost of a
 * call that did its work, once, or of every repetition of it as well.
 */
export type At = {
  call: number;
  happens:
    | 'dies before it'
    | 'dies after it'
    | 'is refused'
    | 'its answer is lost'
    | 'each answer to it is lost'
    | (() => Promise<void>);
};

/** The endpoint of the emulators behind a proxy, at which something happens at one of the calls. */
export async function endpointBetween({ url, manifest, ask }: Emulated) {
  let counted = 0;
  let at: At | undefined;
  let repeated: Buffer | undefined;
  const server = createServer((request, response) => {
    void (async () => {
      const body = await buffer(request);
      counted += 1;
      const isHere = counted === at?.call;
      const isDead = String(at?.happens).startsWith('dies') && counted > (at?.call ?? 0);
      if (isHere) repeated = body;
      const isLost =
        (isHere && at?.happens === 'its answer is lost') ||
        (at?.happens === 'each answer to it is lost' && repeated?.equals(body) === true);
      if (isDead || (isHere && at?.happens === 'dies before it')) {
        response.destroy();
        return;
      }
      if (isHere && typeof at?.happens === 'function') await at.happens();
      if (isHere && at?.happens === 'is refused') {
        const refusal = { __type: 'AccessDeniedException', message: 'not allowed' };
        response.writeHead(400, { 'content-type': 'application/x-amz-json-1.1' });
        response.end(JSON.stringify(refusal));
        return;
      }
      const answer = await ask(request, body);
      if (isLost || (isHere && at?.happens === 'dies after it')) {
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
      repeated = undefined;
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
