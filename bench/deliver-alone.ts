import { createHmac, createSecretKey } from 'node:crypto';
import { Agent, request } from 'node:https';
import { createSecureContext } from 'node:tls';
import type { SenderTask } from './deliver-cpu.ts';

/**
 * The least that a signed delivery can cost: HMAC-SHA256 with a prepared key over a body that is there already, and
 * a POST through a keep-alive HTTPS agent, ten at a time. Nothing is rendered, looked up, vetted or recorded.
 */
process.on('message', (task: SenderTask) => {
  void run(task);
});

async function run({ peers, warm, deliveries, body }: SenderTask): Promise<void> {
  const key = createSecretKey(Buffer.from(peers.secret));
  const agent = new Agent({ keepAlive: true, secureContext: createSecureContext({ ca: peers.ca }) });
  const { hostname, port, pathname } = new URL(peers.receiver);
  const post = async (): Promise<void> => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const signature = createHmac('sha256', key).update(body).digest('hex');
    const outgoing = request({
      agent,
      servername: '',
      host: hostname,
      port,
      path: pathname,
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        'tocsin-signature': `sha256=${signature}`,
      },
    });
    outgoing.on('response', (answer) => {
      answer.resume();
      answer.on('end', resolve);
    });
    outgoing.on('error', reject);
    outgoing.end(body);
    return promise;
  };
  const tens = async (count: number): Promise<void> => {
    for (let sent = 0; sent < count; sent += 10) await Promise.all(Array.from({ length: 10 }, post));
  };
  await tens(warm);
  const before = process.cpuUsage();
  await tens(deliveries);
  const { user, system } = process.cpuUsage(before);
  process.send?.({ cpuMicros: user + system });
}
