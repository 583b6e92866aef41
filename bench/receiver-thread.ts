import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { startReceiver } from '../test/e2e/receiver.ts';

/** An alert that came to the receiver. */
type Arrival = { title: string; atMs: number };

/**
 * A receiver in a thread of its own: what it does to take posts must not delay the emulators of the run that is measured.
 * `arrived` gets every post in which one of the names occurs.
 */
export async function startReceiverThread(
  arrived: (arrival: Arrival) => void,
): Promise<{ url: string; ca: string; close(): Promise<void> }> {
  const worker = new Worker(new URL(import.meta.url));
  const { promise, resolve, reject } = Promise.withResolvers<{ url: string; ca: string }>();
  worker.on('error', reject);
  worker.on('message', (message: { url: string; ca: string } | Arrival[]) => {
    if (!Array.isArray(message)) resolve(message);
    else for (const arrival of message) arrived(arrival);
  });
  return { ...(await promise), close: async () => void (await worker.terminate()) };
}

const LOOK_EVERY_MS = 5;

if (!isMainThread && parentPort !== null) {
  const port = parentPort;
  const { url, ca, posts } = await startReceiver();
  port.postMessage({ url, ca });
  setInterval(() => {
    const atMs = performance.timeOrigin + performance.now();
    const arrivals = posts.splice(0).map(({ body }): Arrival => {
      const { data } = JSON.parse(body) as { data: { title: string } };
      return { title: data.title, atMs };
    });
    if (arrivals.length > 0) port.postMessage(arrivals);
  }, LOOK_EVERY_MS);
}
