import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { text } from 'node:stream/consumers';
import { runGateway } from '../test/e2e/running-gateway.ts';
import { tlsAuthority } from '../test/tls-authority.ts';
import { measureFloodingSource } from './flooding-source.ts';
import { createSource, createWebhook, isIdle } from './gateway.ts';
import { postAlerts } from './post-alerts.ts';
import { sizes } from './sizes.ts';
import { median, percentile, verdict } from './verdict.ts';

/**
 * Three ratios of wall time through the whole local run; the first two are against the receiver's own slowness.
 *
 * - Ten destinations get every alert, and one of them takes 3 s for each: from the request to the arrival at the nine
 *   others, p99 over 3 s. Five alerts per second (`npx node bench/isolation.ts 10` for ten): each queue of a function has
 *   eight environments in the local run, and each batch keeps one for as long as its slowest receiver takes.
 * - One request of 40 alerts to one receiver that takes 200 ms: from the 202 to the last answer, over 200 ms.
 * - The alerts of one source beside a request of 10,000 records from another: p99 to the receiver, over p99 alone.
 */
const STALL_MS = 3_000;
const OTHERS = 9;
const {
  perSecond: PER_SECOND,
  rounds: ROUNDS,
  alerts: ALERTS,
  recordsOfAFlood,
  alertsBesideIt,
} = sizes({
  perSecond: { usual: 5, smallest: 5 },
  rounds: { usual: 3, smallest: 1 },
  alerts: { usual: 12, smallest: 2 },
  recordsOfAFlood: { usual: 10_000, smallest: 2_000 },
  alertsBesideIt: { usual: 60, smallest: 2 },
});
const SLOW_MS = 200;
const BURST = 40;

const authority = tlsAuthority('Bench Authority');
const closing: (() => void)[] = [];

/** Answers every post after `delayMs`; tells the title of its alert when it comes, and when it was answered. */
async function receiver(
  delayMs: number,
  arrived: (title: string) => void,
  answered: () => void,
): Promise<string> {
  const receive = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { data } = JSON.parse(await text(request)) as { data: { title: string } };
    arrived(data.title);
    await pause(delayMs);
    response.writeHead(200).end();
    answered();
  };
  const server = createServer(authority.issue(), (request, response) => void receive(request, response));
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `https://127.0.0.1:${String((server.address() as AddressInfo).port)}/hook`;
}

const acceptedAt = new Map<string, number>();
let waits: number[] = [];
let answers = 0;
let lastAnswered = Promise.withResolvers<number>();
const nothing = (): void => undefined;
const others = await receiver(
  0,
  (title) => waits.push(performance.now() - (acceptedAt.get(title) ?? performance.now())),
  nothing,
);
const stalling = await receiver(STALL_MS, nothing, nothing);
const slow = await receiver(SLOW_MS, nothing, () => {
  answers += 1;
  if (answers === BURST) lastAnswered.resolve(performance.now());
});

const gateway = await runGateway();
try {
  const destination = async (name: string, url: string) =>
    createWebhook(gateway, name, { url, ca: authority.ca });
  const route = async (source: string, to: string) =>
    gateway.tocsin('route', 'create', '--name', source, '--source', source, '--to', to);
  const names = Array.from({ length: OTHERS }, (_, index) => `other-${String(index)}`);
  for (const name of names) await destination(name, others);
  await destination('stalling', stalling);
  await destination('slow', slow);
  const spread = await createSource(gateway, 'spread');
  const burst = await createSource(gateway, 'burst');
  await route('spread', [...names, 'stalling'].join(','));
  await route('burst', 'slow');
  const settled = async (): Promise<void> => {
    do await pause(100);
    while (!isIdle(gateway));
  };

  const isolation: number[] = [];
  const burstRatios: number[] = [];
  await postAlerts(burst, { alerts: BURST, perRequest: BURST, senders: 1, name: 'warm' });
  await postAlerts(spread, { alerts: 5, perRequest: 5, senders: 1, name: 'warm spread' });
  await settled();
  for (let round = 1; round <= ROUNDS; round += 1) {
    waits = [];
    for (let alert = 0; alert < ALERTS; alert += 1) {
      const name = `round ${String(round)} alert ${String(alert)}`;
      // From before the request: a post can arrive before the sender has read its 202.
      acceptedAt.set(`${name} 0`, performance.now());
      await Promise.all([
        postAlerts(spread, { alerts: 1, perRequest: 1, senders: 1, name }),
        pause(1_000 / PER_SECOND),
      ]);
    }
    await settled();
    if (waits.length !== OTHERS * ALERTS)
      throw new Error(`${String(waits.length)} posts arrived at the others`);
    const p99 = percentile(waits, 0.99);
    isolation.push(p99 / STALL_MS);

    answers = 0;
    lastAnswered = Promise.withResolvers<number>();
    await postAlerts(burst, { alerts: BURST, perRequest: BURST, senders: 1, name: `burst ${String(round)}` });
    const from = performance.now();
    const lastMs = (await lastAnswered.promise) - from;
    burstRatios.push(lastMs / SLOW_MS);
    await settled();
    console.log(
      `round ${String(round)}: others' median ${median(waits).toFixed(0)} ms, p99 ${p99.toFixed(0)} ms / ${String(STALL_MS)} ms; ` +
        `last of ${String(BURST)} alerts ${lastMs.toFixed(0)} ms / ${String(SLOW_MS)} ms`,
    );
  }
  verdict(`row 11: others' p99 / a neighbour's ${String(STALL_MS)} ms stall`, median(isolation), 0.1);
  verdict(
    `row 11: last of ${String(BURST)} alerts / a ${String(SLOW_MS)} ms receiver`,
    median(burstRatios),
    4,
  );
} finally {
  await gateway.close();
  for (const close of closing) close();
}
verdict("row 15: others' p99 while one source floods / alone", await besideFloods({}), 5);
verdict(
  'row 15: the same with 15 ms per AWS call and two environments, so that processors are left',
  await besideFloods({ callLatencyMs: 15, maxEnvironments: 2 }),
  5,
);

/** The middle of the rounds: the p99 of so few alerts is their slowest, and one that is alone may be slow by chance. */
async function besideFloods(machine: Parameters<typeof measureFloodingSource>[1]): Promise<number> {
  const ratios: number[] = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    ratios.push(await measureFloodingSource({ records: recordsOfAFlood, alerts: alertsBesideIt }, machine));
  }
  return median(ratios);
}
