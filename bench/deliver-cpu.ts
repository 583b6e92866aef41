import { publicTier } from '../functions/core/deliver/webhook/address-tier.ts';
import { fork, type ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { encodeMessageBody } from '../functions/adapters/sqs/message-body.ts';
import { preparePost } from '../functions/core/deliver/webhook/prepare-post.ts';
import { ENVIRONMENT } from '../functions/core/model/config/environment.ts';
import { aMessage, anAlert, aWebhook } from '../test/adapters/records.ts';
import { writeBundle } from './bundles.ts';
import { functionEnvironment } from './function-environment.ts';
import type { Peers, Seen } from './deliver-peers.ts';
import { sizes } from './sizes.ts';
import { median, verdict } from './verdict.ts';

/**
 * CPU time of one webhook delivery in the real bundle, the claim, the record and the log line included, over that of
 * a signature and an HTTPS POST alone. Each sender has a fresh process; receiver and AWS are in a third.
 */
const { deliveries: DELIVERIES, rounds: ROUNDS } = sizes({
  deliveries: { usual: 2_000, smallest: 20 },
  rounds: { usual: 3, smallest: 1 },
});
const WARM = 200;
const TARGET = 5;

/** What a sender is told. */
export type SenderTask = {
  peers: Peers;
  bundle: string;
  /** JSON of a delivery message whose delivery id is `delivery-id`. */
  message: string;
  /** What the bundle posts for it. */
  body: string;
  warm: number;
  deliveries: number;
};

async function told<T>(child: ChildProcess): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  child.once('message', (message) => resolve(message as T));
  child.once('exit', (code) => reject(new Error(`a process of the bench ended with ${String(code)}`)));
  return promise;
}

const start = (file: string, env: Record<string, string> = {}) =>
  fork(join(import.meta.dirname, file), {
    env: { PATH: process.env['PATH'] ?? '', NODE_OPTIONS: '--disable-warning=ExperimentalWarning', ...env },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });

/** About 1 KB, as a threat alert is. The sender puts ids of its own in place of these two. */
const message = aMessage({
  delivery_id: 'delivery-id',
  alert_id: 'alert-id',
  alert: anAlert({
    id: 'alert-id',
    title: 'Threat Intel Match: 203.0.113.50',
    description: 'Traffic to an address that is on a threat intelligence list. '.repeat(4),
    details: { source_ip: '203.0.113.50', confidence: 95, rule: 'threat-intel', action_taken: 'block_ip' },
    labels: { environment: 'prod', team: 'blue' },
  }),
});
const clock = { now: () => Date.now() };
const secrets = {
  webhookSecret: async () => ({ current: 'a credential that no post of the bench is signed with' }),
};
const http = { post: () => Promise.reject(new Error('nothing is sent')) };
const prepared = await preparePost(message, aWebhook({ format: 'tocsin' }), {
  secrets,
  http,
  clock,
  addresses: publicTier(),
});
if ('suppressed' in prepared) throw new Error('the delivery of the bench is suppressed');

const bundle = writeBundle('deliver-webhook');
const peersProcess = start('deliver-peers.ts');
try {
  const peers = await told<Peers>(peersProcess);
  const task: SenderTask = {
    peers,
    bundle,
    message: encodeMessageBody(message),
    body: prepared.body,
    warm: WARM,
    deliveries: DELIVERIES,
  };
  const environment = {
    ...functionEnvironment(peers.aws),
    // The receiver is on this machine.
    [ENVIRONMENT.egressAllow]: '127.0.0.0/8',
  };
  /** Microseconds per delivery. */
  const measure = async (file: string, env: Record<string, string>): Promise<number> => {
    const child = start(file, env);
    const answer = told<{ cpuMicros: number }>(child);
    child.send(task);
    const { cpuMicros } = await answer;
    child.kill();
    const counted = told<Seen>(peersProcess);
    peersProcess.send('count');
    const seen = await counted;
    if (seen.verified !== WARM + DELIVERIES || seen.unverified > 0) {
      throw new Error(
        `${file}: ${JSON.stringify(seen)} arrived; expected ${String(WARM + DELIVERIES)} verified`,
      );
    }
    return cpuMicros / DELIVERIES;
  };
  const ratios: number[] = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    const alone = await measure('deliver-alone.ts', {});
    const lambda = await measure('deliver-handler.ts', environment);
    ratios.push(lambda / alone);
    console.log(
      `round ${String(round)}: Lambda ${lambda.toFixed(0)} us / sign and POST alone ${alone.toFixed(0)} us` +
        ` = ${(lambda / alone).toFixed(2)} (${String(DELIVERIES)} deliveries after ${String(WARM)}, body ${String(prepared.body.length)} B)`,
    );
  }
  verdict(
    'row 2: webhook Lambda CPU per delivery / sign and HTTPS POST alone, batch 10',
    median(ratios),
    TARGET,
  );
} finally {
  peersProcess.kill();
  rmSync(dirname(bundle), { recursive: true });
}
