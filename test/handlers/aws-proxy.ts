import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { clientOptions } from '../adapters/aws-fake.ts';
import type { EmulatedAws } from '../adapters/emulated-aws.ts';

export type ProxyFault = 'fine' | 'refused' | 'lost-answer' | 'killed-before' | 'killed-after';

/** Stands between one worker and the emulators: every call has a name, takes `delayMs`, and may go wrong. */
export async function awsProxy(ask: EmulatedAws['ask'], next: (name: string) => ProxyFault, delayMs = 0) {
  const proxy = createServer((request, response) => {
    void (async () => {
      const body = await buffer(request);
      if (delayMs > 0) await pause(delayMs);
      const fault = next(String(request.headers['x-amz-target'] ?? '').replace(/^.*\./, ''));
      if (fault === 'refused') {
        refuse(response);
        return;
      }
      if (fault === 'killed-before') {
        request.socket.destroy();
        return;
      }
      const answer = await ask(request, body);
      if (fault === 'fine') response.writeHead(answer.status, answer.headers).end(answer.text);
      else request.socket.destroy();
      // A call that is under way when its world ends has nobody left to answer it.
    })().catch(() => request.socket.destroy());
  });
  return awsThrough(proxy);
}

/** The answer of an AWS that is down. */
export function refuse(response: ServerResponse): void {
  response.writeHead(500, { 'content-type': 'application/x-amz-json-1.0' });
  response.end(JSON.stringify({ __type: 'com.amazonaws#InternalServerError', message: 'down' }));
}

/** Opens a proxy on the loopback: what a client needs to call through it. */
export async function awsThrough(proxy: Server) {
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const endpoint = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  return {
    // One try per call: what a repetition of the SDK mends is no fault.
    options: clientOptions(endpoint, { maxAttempts: 1, requestTimeoutMs: 10_000 }),
    close: () => {
      proxy.closeAllConnections();
      proxy.close();
    },
  };
}
