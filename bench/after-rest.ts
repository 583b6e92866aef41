import { setTimeout as pause } from 'node:timers/promises';
import { startReceiver } from '../test/e2e/receiver.ts';
import { LOOPBACK, runGateway } from '../test/e2e/running-gateway.ts';
import { createSource, createWebhook, until } from './gateway.ts';
import { phaseStories } from './phase-story.ts';
import { postAlerts } from './post-alerts.ts';
import { startReceiverThread } from './receiver-thread.ts';
import { sizes } from './sizes.ts';
import { median, percentile, verdict } from './verdict.ts';

/**
 * Whether the first alerts after a rest are as fast as the others: ten destinations that answer at once get ten alerts per
 * second for three seconds; p99 of the time from the request to the arrival over the median, in a fresh gateway that is warm, after
 * ten idle seconds, and after a receiver was so slow that its deliveries ran out of time.
 */
const {
  rounds: ROUNDS,
  alerts: ALERTS,
  restSeconds: REST_SECONDS,
} = sizes({
  rounds: { usual: 3, smallest: 1 },
  alerts: { usual: 30, smallest: 2 },
  restSeconds: { usual: 10, smallest: 1 },
});
const DESTINATIONS = 10;
const EVERY_MS = 100;
const REST_MS = REST_SECONDS * 1_000;
/** So many posts wait for a receiver that never answers. */
const STALLED = 20;

const arrivals = new Map<string, number[]>();
const receiver = await startReceiverThread(({ title, atMs }) => {
  arrivals.set(title, [...(arrivals.get(title) ?? []), atMs]);
});
const stalling = await startReceiver();
const gateway = await runGateway({ egressAllow: LOOPBACK });
try {
  const names = Array.from({ length: DESTINATIONS }, (_, index) => `hook-${String(index)}`);
  for (const name of names) await createWebhook(gateway, name, receiver);
  await createWebhook(gateway, 'stalling', stalling);
  const [source, stalled] = [await createSource(gateway, 'bench'), await createSource(gateway, 'stalled')];
  for (const [of, to] of [
    ['bench', names.join(',')],
    ['stalled', 'stalling'],
  ] as const) {
    await gateway.tocsin('route', 'create', '--name', of, '--source', of, '--to', to);
  }

  const stories = phaseStories(gateway.dataDir);

  /** How long each delivery of a phase took. */
  const phase = async (name: string): Promise<number[]> => {
    const sentAt = new Map<string, number>();
    const answered = new Map<string, { id: string; atMs: number }>();
    const send = async (title: string): Promise<void> => {
      const { ids } = await postAlerts(source, { alerts: 1, perRequest: 1, senders: 1, name: title });
      answered.set(`${title} 0`, { id: ids[0] ?? '', atMs: performance.timeOrigin + performance.now() });
    };
    const sending: Promise<void>[] = [];
    stories.next();
    for (let alert = 0; alert < ALERTS; alert += 1) {
      const title = `${name} ${String(alert)}`;
      sentAt.set(`${title} 0`, performance.timeOrigin + performance.now());
      sending.push(send(title));
      await pause(EVERY_MS);
    }
    await Promise.all(sending);
    await until(() => [...sentAt.keys()].every((title) => arrivals.get(title)?.length === DESTINATIONS), 20);
    const took = [...sentAt].flatMap(([title, from]) =>
      (arrivals.get(title) ?? []).map((at) => ({ title, from, ms: at - from })),
    );
    const tookMs = took.map(({ ms }) => ms);
    console.log(
      `${name}: median ${median(tookMs).toFixed(0)} ms, p99 ${percentile(tookMs, 0.99).toFixed(0)} ms`,
    );
    const { told, wayOf } = stories.next();
    const slowest = took.toSorted((a, b) => b.ms - a.ms)[0];
    const answer = answered.get(slowest?.title ?? '');
    if (slowest !== undefined && answer !== undefined) {
      const accepted = (answer.atMs - slowest.from).toFixed(0);
      console.log(`  ${told}`);
      console.log(
        `  the slowest took ${slowest.ms.toFixed(0)} ms: answered after ${accepted} ms, ${wayOf(answer.id, slowest.from)}`,
      );
    }
    return tookMs;
  };
  const tail = (tookMs: number[]) => percentile(tookMs, 0.99) / median(tookMs);

  await phase('warm');
  const tails: { fresh: number; rested: number; stalled: number }[] = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    const fresh = tail(await phase(`fresh ${String(round)}`));
    await pause(REST_MS);
    const rested = tail(await phase(`rested ${String(round)}`));
    stalling.answer([], 'never');
    await postAlerts(stalled, {
      alerts: STALLED,
      perRequest: 1,
      senders: STALLED,
      name: `stalled ${String(round)}`,
    });
    await until(() => stalling.posts.length > 0, 50);
    await pause(REST_MS);
    // What was stalled comes back while the next phase runs, and is answered.
    stalling.answer([], 200);
    tails.push({ fresh, rested, stalled: tail(await phase(`stalled ${String(round)}`)) });
  }
  verdict('p99 / median of deliveries in a gateway that is warm', median(tails.map(({ fresh }) => fresh)), 5);
  verdict('the same after ten idle seconds', median(tails.map(({ rested }) => rested)), 5);
  verdict('the same after a receiver that stalled', median(tails.map((one) => one.stalled)), 5);
} finally {
  await gateway.close();
  await receiver.close();
  await stalling.close();
}
