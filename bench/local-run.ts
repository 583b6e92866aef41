import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startReceiver } from '../test/e2e/receiver.ts';
import { tocsinProcess, type CreatedDestination, type CreatedSource } from '../test/e2e/running-gateway.ts';
import { synthesizedStack } from '../test/e2e/synthesized-stack.ts';
import { ALERTMANAGER, startAlertmanager } from './alertmanager-program.ts';
import { startGatewayProcess } from './gateway-process.ts';
import { measure, type MeasuredProgram, type Used } from './measured-program.ts';
import { missingForOutpost, startOutpost } from './outpost-program.ts';
import { post } from './post.ts';
import { cpuMs, residentMib } from './process-usage.ts';
import { sendRequests } from './send-requests.ts';
import { sizes } from './sizes.ts';
import { threatAlert } from './threat-alert.ts';
import { atLeast, median, requireProgram, verdict } from './verdict.ts';

/**
 * The local run beside a real Alertmanager, and beside a real Outpost with its databases where that is installed, on the
 * same work: alerts in, webhooks over HTTPS out. CPU per alert of all threads, deliveries per second, and memory. Linux
 * only, with Debian's `prometheus-alertmanager`.
 *
 * Alertmanager keeps alerts in memory and signs nothing. `npx node bench/local-run.ts 500 1` sends fewer alerts, in one round after those that warm up.
 */
const {
  alerts: ALERTS,
  rounds: ROUNDS,
  warmRounds: WARM_ROUNDS,
  restSeconds: REST_SECONDS,
} = sizes({
  alerts: { usual: 2_000, smallest: 100 },
  rounds: { usual: 5, smallest: 1 },
  // V8 compiles through the first two; who runs for days has that behind him.
  warmRounds: { usual: 2, smallest: 0 },
  restSeconds: { usual: 70, smallest: 1 },
});
const SENDERS = 8;
const REST_LOOKS = 10;
const LOOK_EVERY_MS = 500;
/** The canary goes through all functions this often, counted from the start of the gateway. What it wakes stays for a minute. */
const CANARY_EVERY_MS = 300_000;
const SIZES = [1, 100] as const;
/** Outpost 1.2 on the same work and two processors of another machine (2026-11-26): what it is compared with where it is missing. */
const OUTPOST_ELSEWHERE: Used = { cpuPerAlertMs: 2, perSecond: 696, peakMib: 313 };

/** What each took in one round. */
type Round = { ours: Used; alertmanager: Used; outpost: Used };

requireProgram(ALERTMANAGER);
const data = mkdtempSync(join(tmpdir(), 'tocsin-bench-'));
const programs: MeasuredProgram[] = [];
try {
  const ours = await startOurs();
  const startedMs = performance.now();
  programs.push(ours);
  const alertmanager = await startAlertmanager(data);
  programs.push(alertmanager);
  const missing = missingForOutpost();
  const outpost = missing.length === 0 ? await startOutpost() : undefined;
  if (outpost === undefined)
    console.log(
      `no Outpost in this run, without ${missing.join(', ')}: its figures are those of another machine`,
    );
  else programs.push(outpost);
  const rounds: Record<(typeof SIZES)[number], Round[]> = { 1: [], 100: [] };
  let peak = 0;
  let ofOutpost = OUTPOST_ELSEWHERE;
  for (let number = 1; number <= WARM_ROUNDS + ROUNDS; number += 1) {
    for (const perRequest of SIZES) {
      const name = `round ${String(number)} by ${String(perRequest)}`;
      const what = { name, alerts: ALERTS, perRequest, senders: SENDERS };
      const [mine, alertmanagers] = [await measure(ours, what), await measure(alertmanager, what)];
      // It takes one event a request: what it took for those stands beside both of ours.
      if (outpost !== undefined && perRequest === 1) ofOutpost = await measure(outpost, what);
      const round: Round = { ours: mine, alertmanager: alertmanagers, outpost: ofOutpost };
      const all = Object.entries(round).map(([program, used]) => `${program} ${told(used)}`);
      console.log(`${name}${number > WARM_ROUNDS ? '' : ', to warm up'}: ${all.join('; ')}`);
      peak = Math.max(peak, round.ours.peakMib);
      if (number > WARM_ROUNDS) rounds[perRequest].push(round);
    }
  }
  await pause(restMs(performance.now() - startedMs));
  // An environment of the clock may be there for a second of each minute.
  const looks: number[] = [];
  for (let look = 0; look < REST_LOOKS; look += 1) {
    looks.push(ours.mib());
    await pause(LOOK_EVERY_MS);
  }
  const rest = median(looks);
  const bare = await bareNodeMib();
  console.log(
    `memory: ${peak.toFixed(0)} MiB under load, ${rest.toFixed(0)} after it, ${bare.toFixed(0)} of a bare node`,
  );
  const ratio = (value: keyof Used, to: keyof Round, perRequest: 1 | 100): number =>
    median(rounds[perRequest].map((round) => round.ours[value] / round[to][value]));
  verdict(
    "row 7: CPU per alert / Alertmanager's, 1 alert per request",
    ratio('cpuPerAlertMs', 'alertmanager', 1),
    20,
  );
  verdict(
    "row 7: CPU per alert / Alertmanager's, 100 alerts per request",
    ratio('cpuPerAlertMs', 'alertmanager', 100),
    10,
  );
  atLeast(
    "row 8: deliveries per second / Alertmanager's, 1 alert per request",
    ratio('perSecond', 'alertmanager', 1),
    0.05,
  );
  atLeast(
    "row 8: deliveries per second / Alertmanager's, 100 alerts per request",
    ratio('perSecond', 'alertmanager', 100),
    0.1,
  );
  verdict('row 12: memory a minute after the alerts / a bare node', rest / bare, 6);
  verdict(
    "row 13: CPU per alert / Outpost's, 1 alert per request",
    ratio('cpuPerAlertMs', 'outpost', 1),
    2.5,
  );
  atLeast(
    "row 13: deliveries per second / Outpost's, 1 alert per request",
    ratio('perSecond', 'outpost', 1),
    0.45,
  );
  const outpostPeaks = rounds[1].map((round) => round.outpost.peakMib);
  verdict("row 13: memory under load / Outpost's", peak / Math.max(...outpostPeaks), 1);
  // 2.5 ms and 800 per second, where Outpost takes 2 ms and makes 696.
  verdict(
    "local run: CPU per alert, 100 alerts per request / Outpost's, one event",
    ratio('cpuPerAlertMs', 'outpost', 100),
    1.25,
  );
  atLeast(
    "local run: deliveries per second, 100 alerts per request / Outpost's, one event",
    ratio('perSecond', 'outpost', 100),
    1.15,
  );
  verdict('local run: MiB under load', peak, 300);
  verdict('local run: MiB a minute later', rest, 150);
} finally {
  for (const program of programs) await program.close();
  rmSync(data, { recursive: true, force: true });
}

function told({ cpuPerAlertMs, perSecond, peakMib }: Used): string {
  return `${cpuPerAlertMs.toFixed(2)} ms of CPU per alert, ${perSecond.toFixed(0)} per second, ${peakMib.toFixed(0)} MiB`;
}

/** How long to wait for memory at rest, so long after the start: a canary that would come in between is waited for. */
function restMs(sinceStartMs: number): number {
  const ms = REST_SECONDS * 1_000;
  const untilCanaryMs = CANARY_EVERY_MS - (sinceStartMs % CANARY_EVERY_MS);
  return untilCanaryMs > ms + REST_LOOKS * LOOK_EVERY_MS ? ms : untilCanaryMs + ms;
}

async function startOurs(): Promise<MeasuredProgram> {
  const receiver = await startReceiver();
  const { child } = await startGatewayProcess({ data, port: '0', assembly: await synthesizedStack() });
  const tocsin = async <T>(...argv: string[]): Promise<T> => {
    const { code, stdout, stderr } = await tocsinProcess(['--data', data, ...argv, '--json']);
    if (code !== 0) throw new Error(`tocsin ${argv.join(' ')} ended with ${String(code)}: ${stderr}`);
    return JSON.parse(stdout) as T;
  };
  const ca = join(data, 'receiver.pem');
  writeFileSync(ca, receiver.ca, { mode: 0o600 });
  const asked = '--name bench --format generic --auth bearer --rate-limit 1000000'.split(' ');
  const source = await tocsin<CreatedSource>('source', 'create', ...asked);
  const to = ['--name', 'bench', '--url', receiver.url, '--ca-file', ca];
  const { secret } = await tocsin<CreatedDestination>('destination', 'create', 'webhook', ...to);
  let checked = 0;
  const pid = child.pid ?? 0;
  return {
    receiver,
    // What came of the last deliveries.
    writesWithinMs: 500,
    cpuMs: () => cpuMs(pid),
    mib: () => residentMib(pid),
    send: (what) =>
      sendRequests(what, async (titles) => {
        const alerts = titles.map(threatAlert);
        const { status, text } = await post(source.url, {
          headers: { authorization: `Bearer ${source.secret}`, 'content-type': 'application/json' },
          body: JSON.stringify(alerts.length === 1 ? alerts[0] : alerts),
        });
        if (status !== 202) throw new Error(`the local run answered ${String(status)}: ${text}`);
      }),
    verify() {
      for (const { headers, body } of receiver.posts.slice(checked)) {
        const signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
        if (headers['tocsin-signature'] !== signature) throw new Error('a delivery is wrongly signed');
        checked += 1;
      }
    },
    async close() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
      await receiver.close();
    },
  };
}

async function bareNodeMib(): Promise<number> {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  await pause(1_000);
  const mib = residentMib(child.pid ?? 0);
  child.kill('SIGKILL');
  return mib;
}
