import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, onTestFinished } from 'vitest';

/** Runs in a thread of its own: it answers while the test's thread is busy, and tells in shared memory that it has. */
const SERVER = `
  const { parentPort, workerData } = require('node:worker_threads');
  const { answered, tls } = workerData;
  const respond = (request, response) => {
    request.resume();
    response.end('ok', () => { Atomics.store(answered, 0, 1); Atomics.notify(answered, 0); });
  };
  const server = tls ? require('node:https').createServer(tls, respond) : require('node:http').createServer(respond);
  server.keepAliveTimeout = 60_000;
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;

/**
 * A deadline that ends while the test's thread is busy: a request has left long before it, also where the thread that answers has
 * to wait for a processor.
 */
export const DEADLINE_MS = 1_000;

export async function aServerElsewhere(tls?: { cert: string; key: string }) {
  const answered = new Int32Array(new SharedArrayBuffer(8));
  const worker = new Worker(SERVER, { eval: true, workerData: { answered, tls } });
  onTestFinished(async () => void (await worker.terminate()));
  const [port] = (await once(worker, 'message')) as [number];
  return {
    port,
    /** Begins something, lets its request leave, and then reads nothing until it was answered and the deadline is over. */
    busyUntilAnswered: async <T>(begin: () => Promise<T>): Promise<T> => {
      answered[0] = 0;
      const begun = begin();
      for (let turns = 0; turns < 20 && answered[0] === 0; turns += 1) {
        await new Promise((resolve) => setImmediate(resolve));
        // A request over a connection that is kept leaves at once; what asks DNS first needs a few turns.
        if (Atomics.wait(answered, 0, 0, 5) !== 'timed-out') break;
      }
      expect(Atomics.wait(answered, 0, 0, 5_000)).not.toBe('timed-out');
      Atomics.wait(answered, 1, 0, DEADLINE_MS);
      return begun;
    },
  };
}
