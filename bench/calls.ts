import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import { createWebhook, isIdle, until, withReceiver } from './gateway.ts';
import { postAlerts } from './post-alerts.ts';
import { sizes } from './sizes.ts';
import { countUnits } from './table-units.ts';
import { verdict } from './verdict.ts';

/**
 * AWS calls per alert over the whole path: ingest, route, one webhook, the record. They are counted where they arrive,
 * at the endpoint of the emulators. What the Lambda service does of its own accord to poll the queues (receive and
 * delete) does not come this way and is not counted; nor is the operator's own traffic, which ends before.
 */
const { alerts: ALERTS } = sizes({
  alerts: { usual: 500, smallest: 100 },
});
const TARGETS = [
  { perRequest: 1, atMost: 4 },
  { perRequest: 10, atMost: 2.5 },
  { perRequest: 100, atMost: 2.3 },
];
/** Requests at the same time. */
const SENDERS = 8;

const calls = new Map<string, number>();
subscribe('http.server.request.start', (message) => {
  const { request } = message as { request: IncomingMessage };
  const target = request.headers['x-amz-target'];
  if (typeof target === 'string') {
    const action = target.replace(/_\d+|\./gu, ' ');
    calls.set(action, (calls.get(action) ?? 0) + 1);
  }
});

const written = countUnits();

await withReceiver(async ({ gateway, receiver, source }) => {
  await createWebhook(gateway, 'hook', receiver);
  const settled = async (posts: number): Promise<void> =>
    until(() => receiver.posts.length >= posts && isIdle(gateway), 50);
  await postAlerts(source, { alerts: 200, perRequest: 1, senders: 2, name: 'warm' });
  await settled(200);
  for (const { perRequest, atMost } of TARGETS) {
    calls.clear();
    written.take();
    receiver.posts.length = 0;
    await postAlerts(source, {
      alerts: ALERTS,
      perRequest,
      senders: SENDERS,
      name: `by ${String(perRequest)}`,
    });
    await settled(ALERTS);
    if (receiver.posts.length !== ALERTS)
      throw new Error(`${String(receiver.posts.length)} posts for ${String(ALERTS)} alerts`);
    const total = [...calls.values()].reduce((sum, count) => sum + count, 0);
    const parts = [...calls]
      .toSorted(([, a], [, b]) => b - a)
      .map(([action, count]) => `${action} ${String(count)}`);
    console.log(`${String(total)} calls for ${String(ALERTS)} alerts: ${parts.join(', ')}`);
    const units = [...written.take()].toSorted(([, a], [, b]) => b - a);
    const sum = units.reduce((all, [, count]) => all + count, 0);
    console.log(`${(sum / ALERTS).toFixed(2)} write units per alert:`);
    for (const [item, count] of units) console.log(`  ${(count / ALERTS).toFixed(3)}  ${item}`);
    verdict(`row 3: AWS calls per alert at ${String(perRequest)} per request`, total / ALERTS, atMost);
  }
});
