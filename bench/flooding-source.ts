import { setTimeout as pause } from 'node:timers/promises';
import { startReceiver } from '../test/e2e/receiver.ts';
import { runGateway, type CreatedSource } from '../test/e2e/running-gateway.ts';
import { createSource, createWebhook } from './gateway.ts';
import { postAlerts } from './post-alerts.ts';
import { median, percentile } from './verdict.ts';

const RECORDS = 10_000;
const ALERTS = 60;
const EVERY_MS = 150;

/**
 * How much longer the alerts of a source take to the receiver while another source floods: p99 beside one request of
 * 10,000 records over p99 alone. Both sources go to the same receiver, which is the harder case.
 */
export async function measureFloodingSource(): Promise<number> {
  const gateway = await runGateway();
  const receiver = await startReceiver();
  try {
    await createWebhook(gateway, 'hook', receiver.url, receiver.ca);
    const healthy = await createSource(gateway, 'healthy');
    const loud = await createSource(gateway, 'loud', '--rate-limit', '1000000');
    const arrivals = async (name: string) => waits(healthy, name, receiver.posts);
    await arrivals('warm');
    const alone = await arrivals('alone');
    await postAlerts(loud, { alerts: RECORDS, perRequest: RECORDS, senders: 1, name: 'loud' });
    const flooded = await arrivals('flooded');
    const left = gateway.local.queues().reduce((sum, { visible, inFlight }) => sum + visible + inFlight, 0);
    console.log(
      `alone: median ${median(alone).toFixed(0)} ms, p99 ${percentile(alone, 0.99).toFixed(0)} ms; ` +
        `flooded: median ${median(flooded).toFixed(0)} ms, p99 ${percentile(flooded, 0.99).toFixed(0)} ms; ` +
        `${String(left)} messages of the flood were still waiting at the end`,
    );
    if (left === 0) throw new Error('the flood was over before the measurement');
    return percentile(flooded, 0.99) / percentile(alone, 0.99);
  } finally {
    await gateway.close();
    await receiver.close();
  }
}

/** One alert every 150 ms, and how long each takes from its request to the receiver. */
async function waits(source: CreatedSource, name: string, posts: { body: string }[]): Promise<number[]> {
  const sentAt = new Map<string, number>();
  const took: number[] = [];
  let read = posts.length;
  const look = (): void => {
    for (; read < posts.length; read += 1) {
      const { title } = (JSON.parse(posts[read]?.body ?? '') as { data: { title: string } }).data;
      const from = sentAt.get(title);
      if (from !== undefined) took.push(performance.now() - from);
    }
  };
  const looking = setInterval(look, 5);
  const sending: Promise<unknown>[] = [];
  for (let alert = 0; alert < ALERTS; alert += 1) {
    const title = `${name} ${String(alert)}`;
    sentAt.set(`${title} 0`, performance.now());
    sending.push(postAlerts(source, { alerts: 1, perRequest: 1, senders: 1, name: title }));
    await pause(EVERY_MS);
  }
  await Promise.all(sending);
  while (took.length < ALERTS) await pause(20);
  clearInterval(looking);
  return took;
}
