import { setTimeout as pause } from 'node:timers/promises';
import { LOOPBACK, runGateway, type CreatedSource } from '../test/e2e/running-gateway.ts';
import { createSource, createWebhook, NO_RATE_LIMIT } from './gateway.ts';
import { postAlerts } from './post-alerts.ts';
import { startReceiverThread } from './receiver-thread.ts';
import { median, percentile } from './verdict.ts';

const EVERY_MS = 150;

/** When each alert came, by its title: epoch ms. */
type Arrivals = Map<string, number>;

/**
 * How much longer the alerts of a source take to the receiver while another source floods: p99 beside one largest
 * request over p99 alone. Both sources go to the same receiver, which is the harder case.
 *
 * As it is, the flood uses all processors that the machine has. With a latency of the calls and few environments it waits as it
 * would on AWS, and processors are left: what remains is the waiting for an environment and for the order of the queues.
 */
export async function measureFloodingSource(
  { records, alerts }: { records: number; alerts: number },
  machine: { callLatencyMs?: number; maxEnvironments?: number } = {},
): Promise<number> {
  const gateway = await runGateway({ egressAllow: LOOPBACK, ...machine });
  const arrivals: Arrivals = new Map();
  const receiver = await startReceiverThread(({ title, atMs }) => arrivals.set(title, atMs));
  try {
    await createWebhook(gateway, 'hook', receiver);
    const healthy = await createSource(gateway, 'healthy');
    const loud = await createSource(gateway, 'loud', ...NO_RATE_LIMIT);
    const measured = async (name: string) => waits(healthy, alerts, name, arrivals);
    await measured('warm');
    const alone = await measured('alone');
    const flood = await postAlerts(loud, { alerts: records, perRequest: records, senders: 1, name: 'loud' });
    const flooded = await measured('flooded');
    const left = gateway.local.queues().reduce((sum, { visible, inFlight }) => sum + visible + inFlight, 0);
    const told = (name: string, { tookMs, refused }: Measured) =>
      `${name}: median ${median(tookMs).toFixed(0)} ms, p99 ${percentile(tookMs, 0.99).toFixed(0)} ms, ${String(refused)} answered 503`;
    console.log(
      `${told('alone', alone)}; ${told('flooded', flooded)}; the flood itself ${String(flood.refused)} times; ` +
        `${String(left)} messages of the flood were still waiting at the end`,
    );
    if (left === 0) throw new Error('the flood was over before the measurement');
    return percentile(flooded.tookMs, 0.99) / percentile(alone.tookMs, 0.99);
  } finally {
    await gateway.close();
    await receiver.close();
  }
}

type Measured = { tookMs: number[]; refused: number };

/** One alert every 150 ms: how long each takes from its first request to the receiver, and how many were refused first. */
async function waits(
  source: CreatedSource,
  alerts: number,
  name: string,
  arrivals: Arrivals,
): Promise<Measured> {
  const sentAt = new Map<string, number>();
  const sending: ReturnType<typeof postAlerts>[] = [];
  for (let alert = 0; alert < alerts; alert += 1) {
    const title = `${name} ${String(alert)}`;
    // The one alert of a request is its number 0.
    sentAt.set(`${title} 0`, performance.timeOrigin + performance.now());
    sending.push(postAlerts(source, { alerts: 1, perRequest: 1, senders: 1, name: title }));
    await pause(EVERY_MS);
  }
  const sent = await Promise.all(sending);
  while (![...sentAt.keys()].every((title) => arrivals.has(title))) await pause(20);
  return {
    tookMs: [...sentAt].map(([title, from]) => (arrivals.get(title) ?? 0) - from),
    refused: sent.reduce((sum, { refused }) => sum + refused, 0),
  };
}
