import { createServer } from 'node:https';
import { closeAtOnce, takeLoopbackPort } from './loopback-port.ts';
import { plainAnswer } from './loopback-server.ts';
import type { Handler } from './loopback-server.ts';
import { tlsAuthority } from './tls-authority.ts';

/** The certificates are made anew at each start. */
const VALID_FOR_MS = 365 * 86_400_000;

/**
 * A second port on 127.0.0.1 that speaks TLS, for the canaries that functions post to the gateway itself: webhooks go out over
 * HTTPS only, here as on AWS. It answers at one path.
 */
export async function openTlsDoor(path: string) {
  const authority = tlsAuthority('Tocsin local run');
  const { cert, key } = authority.issue({
    hosts: ['127.0.0.1'],
    notAfter: new Date(Date.now() + VALID_FOR_MS),
  });
  let handler: Handler | undefined;
  const server = createServer({ cert, key }, (request, response) => {
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    if (handler === undefined || request.url !== path) {
      plainAnswer(response, handler === undefined ? 503 : 404, 'this door leads to the receiver of canaries');
      return;
    }
    void handler(request, response);
  });
  const port = await takeLoopbackPort(server, 0);
  return {
    url: `https://127.0.0.1:${String(port)}${path}`,
    /** The certificate of the authority that signed its own, PEM. */
    ca: authority.ca,
    serve(next: Handler): void {
      handler = next;
    },
    close: async (): Promise<void> => closeAtOnce(server),
  };
}
