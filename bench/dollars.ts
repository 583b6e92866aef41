import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { AS_ON_AWS, createWebhook, deliver, withReceiver } from './gateway.ts';
import { PRICES } from './prices.ts';
import { sizes } from './sizes.ts';
import { countUnits } from './table-units.ts';
import { verdict } from './verdict.ts';
import { INVOCATIONS, type Invocation } from '../local/runtime/lambda-function.ts';
import type { RunningGateway } from '../test/e2e/running-gateway.ts';

/**
 * What a million alerts cost, ten in a request, each to one webhook: everything that AWS bills is counted in a run of
 * 1,000 alerts, with 15 ms for each call of AWS and the processor share of 512 MB, and multiplied with `PRICES`. Mails,
 * storage and what an idle stack costs are not in it, see docs/cost.md.
 *
 * `npx node bench/dollars.ts 2000 1` counts for 2,000 alerts, one in a request; the target is for ten.
 */
const { alerts: ALERTS, perRequest: PER_REQUEST } = sizes({
  alerts: { usual: 1_000, smallest: 20 },
  perRequest: { usual: 10, smallest: 10 },
});
/** A batch is delivered in parallel, so an invocation waits for its slowest receiver once. */
const RECEIVER_MS = 200;
const QUEUE_UNIT_BYTES = 65_536;
const MEGABYTES_IN_A_GIGABYTE = 1_024;
const MILLION = 1_000_000;

await withReceiver(async (measured) => {
  const { gateway, receiver } = measured;
  await createWebhook(gateway, 'hook', receiver);
  await deliver(measured, { alerts: 200, perRequest: PER_REQUEST, name: 'warm' });
  const [calls, invocations, units] = [countCalls(), countInvocations(), countUnits()];
  const loggedBefore = logBytes(gateway);
  await deliver(measured, { alerts: ALERTS, perRequest: PER_REQUEST, name: 'counted' });
  // What is logged and deleted after the last post.
  await pause(1_000);
  if (receiver.posts.length !== ALERTS + 200) {
    throw new Error(`${String(receiver.posts.length)} posts for ${String(ALERTS + 200)} alerts`);
  }

  const logged = logBytes(gateway) - loggedBefore;
  const polled = invocations.filter(({ name }) => !name.endsWith('-ingest')).length;
  const gigabyteSeconds = invocations.reduce((sum, { name, memoryMb, durationMs }) => {
    const waitedMs = name.endsWith('deliver-webhook') ? RECEIVER_MS : 0;
    return sum + ((durationMs + waitedMs) / 1_000) * (memoryMb / MEGABYTES_IN_A_GIGABYTE);
  }, 0);
  const counted: [name: string, count: number, price: number][] = [
    ['requests to the API', ALERTS / PER_REQUEST, PRICES.apiRequest],
    ['sends to queues', calls.queue, PRICES.queueRequest],
    // A batch is received in one request and deleted in another.
    ['receives and deletes by Lambda', polled * 2, PRICES.queueRequest],
    ['invocations', invocations.length, PRICES.invocation],
    ['GB-seconds', gigabyteSeconds, PRICES.gigabyteSecond],
    ['write units', [...units.take().values()].reduce((sum, count) => sum + count, 0), PRICES.writeUnit],
    ['reads of the table', calls.read, PRICES.readUnit],
    ['reads of secrets', calls.secret, PRICES.secretRead],
    ['bytes of the log', logged, PRICES.logByte],
  ];
  let sum = 0;
  for (const [name, count, price] of counted) {
    const dollars = (count / ALERTS) * price * MILLION;
    sum += dollars;
    console.log(
      `${name}: ${(count / ALERTS).toPrecision(3)} per alert, $${dollars.toFixed(3)} for a million`,
    );
  }
  verdict(`row 4: $ for a million alerts, ${String(PER_REQUEST)} in a request`, sum, 2.5);
  verdict(`row 12: bytes of the log per alert, ${String(PER_REQUEST)} in a request`, logged / ALERTS, 300);
}, AS_ON_AWS);

/** Requests to queues by what they are billed, and calls that read. */
function countCalls(): { queue: number; read: number; secret: number } {
  const calls = { queue: 0, read: 0, secret: 0 };
  subscribe('http.server.request.start', (message) => {
    const { headers } = (message as { request: IncomingMessage }).request;
    const target = String(headers['x-amz-target']);
    if (target.startsWith('AmazonSQS.')) {
      calls.queue += Math.ceil(Number(headers['content-length']) / QUEUE_UNIT_BYTES);
    }
    if (/\.(?:GetItem|BatchGetItem|Query)$/u.test(target)) calls.read += 1;
    if (target.endsWith('.GetSecretValue')) calls.secret += 1;
  });
  return calls;
}

function countInvocations(): Invocation[] {
  const seen: Invocation[] = [];
  subscribe(INVOCATIONS, (message) => void seen.push(message as Invocation));
  return seen;
}

/** Lambda writes no line of its own about an invocation: the functions' log level for the system is WARN. */
function logBytes(gateway: RunningGateway): number {
  const folder = join(gateway.dataDir, 'logs');
  return readdirSync(folder).reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
}
