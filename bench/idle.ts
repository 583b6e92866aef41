import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import { createSource, createWebhook, isIdle, until } from './gateway.ts';
import { countUnits } from './table-units.ts';
import { verdict } from './verdict.ts';
import { INVOCATIONS, type Invocation } from '../local/runtime/lambda-function.ts';
import { startReceiver } from '../test/e2e/receiver.ts';
import { runGateway } from '../test/e2e/running-gateway.ts';

/**
 * What runs by the clock where nothing happens, counted: calls of AWS and write units of one run of each watcher, and of one canary
 * from the door to its receipt. Ten sources and five destinations, as docs/cost.md has them. What Lambda does to poll the queues is
 * not in it.
 */
const SOURCES = 10;
const DESTINATIONS = 5;
const RUNS = ['watch-sources', 'watch-deliveries', 'run-canary'];

const calls = new Map<string, number>();
subscribe('http.server.request.start', (message) => {
  const target = (message as { request: IncomingMessage }).request.headers['x-amz-target'];
  if (typeof target !== 'string') return;
  const action = target.replace(/_\d+|\./gu, ' ');
  calls.set(action, (calls.get(action) ?? 0) + 1);
});
const invocations: Invocation[] = [];
subscribe(INVOCATIONS, (message) => void invocations.push(message as Invocation));
const units = countUnits();

const gateway = await runGateway();
const receiver = await startReceiver();
try {
  for (let index = 0; index < SOURCES; index += 1) await createSource(gateway, `source-${String(index)}`);
  for (let index = 0; index < DESTINATIONS; index += 1) {
    await createWebhook(gateway, `hook-${String(index)}`, receiver);
  }
  // The first canary of a day sends a mail as well, and a first run has secrets to read.
  for (const name of RUNS) await run(name);
  for (const name of RUNS) {
    calls.clear();
    units.take();
    invocations.length = 0;
    await run(name);
    const counted = [...calls].toSorted(([, a], [, b]) => b - a);
    const all = counted.reduce((sum, [, count]) => sum + count, 0);
    const written = [...units.take().values()].reduce((sum, count) => sum + count, 0);
    console.log(`${name}: ${counted.map(([action, count]) => `${action} ${String(count)}`).join(', ')}`);
    console.log(`  ${String(written)} write units, ${String(invocations.length)} invocations`);
    verdict(`calls of one ${name}`, all, name === 'run-canary' ? 60 : 40);
  }
} finally {
  await gateway.close();
  await receiver.close();
}

async function run(name: string): Promise<void> {
  await gateway.local.runSchedules(`Tocsin-${name}`);
  await until(() => isIdle(gateway), 100);
}
