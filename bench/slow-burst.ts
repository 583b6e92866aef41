import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { AS_ON_AWS, createSource, createWebhook, isIdle, NO_RATE_LIMIT } from './gateway.ts';
import { postAlerts } from './post-alerts.ts';
import { sizes } from './sizes.ts';
import { atLeast, verdict } from './verdict.ts';
import { startReceiver } from '../test/e2e/receiver.ts';
import { runGateway } from '../test/e2e/running-gateway.ts';

/**
 * One largest request to five destinations, as a new account on AWS would have it: each environment has 0.29 of a processor, what
 * Lambda gives to 512 MB; each call of AWS takes 15 ms; routers and deliverers are killed in the middle of what they do.
 *
 * `npx node bench/slow-burst.ts 1000 4` sends 1,000 records and kills four times.
 */
const { records: RECORDS, kills: KILLS } = sizes({
  records: { usual: 10_000, smallest: 20 },
  kills: { usual: 10, smallest: 0 },
});
const DESTINATIONS = 5;
const VICTIMS = ['route', 'deliver-webhook'];
/** Of what a killed deliverer had in hand, all may have reached the receiver already. */
const BATCH = 10;
const PATIENCE_MS = 1_800_000;

const gateway = await runGateway(AS_ON_AWS);
const receiver = await startReceiver();
try {
  for (let index = 0; index < DESTINATIONS; index += 1)
    await createWebhook(gateway, `hook-${String(index)}`, receiver);
  const source = await createSource(gateway, 'burst', ...NO_RATE_LIMIT);
  const startedMs = performance.now();
  const { ids } = await postAlerts(source, {
    alerts: RECORDS,
    perRequest: RECORDS,
    senders: 1,
    name: 'burst',
  });
  const acceptedMs = performance.now();
  const killed = await kill();
  while (!isIdle(gateway) && performance.now() - startedMs < PATIENCE_MS) await pause(200);

  const bodies = new Map<string, Set<string>>();
  for (const { headers, body } of receiver.posts) {
    const delivery = String(headers['tocsin-delivery']);
    const digest = createHash('sha256').update(body).digest('hex');
    bodies.set(delivery, (bodies.get(delivery) ?? new Set()).add(digest));
  }
  const wanted = ids.length * DESTINATIONS;
  const again = receiver.posts.length - bodies.size;
  console.log(
    `${String(RECORDS)} records: accepted after ${seconds(acceptedMs - startedMs)}, ${String(bodies.size)} of ${String(wanted)} deliveries ` +
      `after ${seconds(performance.now() - startedMs)}; ${killed.map((count, index) => `${String(count)} x ${VICTIMS[index] ?? ''}`).join(', ')} killed, ` +
      `${String(again)} posts came again`,
  );
  atLeast('deliveries that arrived / deliveries that are owed', bodies.size / wanted, 1);
  const mayComeAgain = Math.max(1, (killed[1] ?? 0) * BATCH);
  verdict('posts that came again / deliveries in hand of those killed', again / mayComeAgain, 1);
  const changed = [...bodies.values()].filter((seen) => seen.size > 1).length;
  verdict('deliveries with two bodies', changed, 0);
} finally {
  await gateway.close();
  await receiver.close();
}

/** Kills one after the other, as long as there is something to do; how often each. */
async function kill(): Promise<number[]> {
  const counts = VICTIMS.map(() => 0);
  for (let done = 0; done < KILLS && !isIdle(gateway);) {
    await pause(500 + Math.random() * 2_000);
    const victim = done % VICTIMS.length;
    if (gateway.local.kill(VICTIMS[victim] ?? '')) counts[victim] = (counts[victim] ?? 0) + 1;
    done += 1;
  }
  return counts;
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
