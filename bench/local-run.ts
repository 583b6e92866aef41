import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startReceiver, type Receiver } from '../test/e2e/receiver.ts';
import { tocsinProcess, type CreatedDestination, type CreatedSource } from '../test/e2e/running-gateway.ts';
import { synthesizedStack } from '../test/e2e/synthesized-stack.ts';
import { until } from './gateway.ts';
import { startGatewayProcess } from './gateway-process.ts';
import { postAlerts } from './post-alerts.ts';
import { post } from './post.ts';
import { cpuMs, residentMib } from './process-usage.ts';
import { sizes } from './sizes.ts';
import { atLeast, median, requireProgram, verdict } from './verdict.ts';

/**
 * The local run beside a real Alertmanager on the same work: alerts in, webhooks over HTTPS out. CPU per alert of all
 * threads, deliveries per second, and memory. Linux only, with Debian's `prometheus-alertmanager`.
 *
 * Alertmanager keeps alerts in memory and signs nothing. `npx node bench/local-run.ts 500 1` sends fewer alerts, in one round.
 */
const {
  alerts: ALERTS,
  rounds: ROUNDS,
  restSeconds: REST_SECONDS,
} = sizes({
  alerts: { usual: 2_000, smallest: 100 },
  rounds: { usual: 5, smallest: 1 },
  restSeconds: { usual: 70, smallest: 1 },
});
const WARM = 200;
const SENDERS = 8;
const SIZES = [1, 100] as const;
const PROGRAM = 'prometheus-alertmanager';
/** Outpost 1.2 with Redis, PostgreSQL and RabbitMQ on the same work and two processors, measured once (2026-11-26). */
const OUTPOST = { cpuPerAlertMs: 2, perSecond: 696, mib: 313 };

/** What a program took for the alerts of one phase. */
type Used = { cpuPerAlertMs: number; perSecond: number; peakMib: number };
type Sent = { name: string; alerts: number; perRequest: number };
type Program = {
  pid: number;
  receiver: Receiver;
  send(what: Sent): Promise<void>;
  /** Of how many posts it has, those that count as deliveries of an alert; throws when one is wrong. */
  delivered(): number;
  close(): Promise<void>;
};

requireProgram(PROGRAM);
const data = mkdtempSync(join(tmpdir(), 'tocsin-bench-'));
const programs: Program[] = [];
try {
  const ours = await startOurs();
  programs.push(ours);
  const theirs = await startAlertmanager();
  programs.push(theirs);
  for (const program of programs) await measure(program, { name: 'warm', alerts: WARM, perRequest: 1 });
  const cpu = { 1: [] as number[], 100: [] as number[] };
  const rate = { 1: [] as number[], 100: [] as number[] };
  const own = { 1: [] as Used[], 100: [] as Used[] };
  for (let round = 1; round <= ROUNDS; round += 1) {
    for (const perRequest of SIZES) {
      const what = { name: `round ${String(round)} by ${String(perRequest)}`, alerts: ALERTS, perRequest };
      const [mine, other] = [await measure(ours, what), await measure(theirs, what)];
      console.log(`${what.name}: ${told(mine)}; Alertmanager ${told(other)}`);
      cpu[perRequest].push(mine.cpuPerAlertMs / other.cpuPerAlertMs);
      rate[perRequest].push(mine.perSecond / other.perSecond);
      own[perRequest].push(mine);
    }
  }
  const peak = Math.max(...[...own[1], ...own[100]].map(({ peakMib }) => peakMib));
  await pause(REST_SECONDS * 1_000);
  const rest = residentMib(ours.pid);
  const bare = await bareNodeMib();
  console.log(
    `memory: ${peak.toFixed(0)} MiB under load, ${rest.toFixed(0)} after it, ${bare.toFixed(0)} of a bare node`,
  );
  verdict("row 7: CPU per alert / Alertmanager's, 1 alert per request", median(cpu[1]), 20);
  verdict("row 7: CPU per alert / Alertmanager's, 100 alerts per request", median(cpu[100]), 10);
  atLeast("row 8: deliveries per second / Alertmanager's, 1 alert per request", median(rate[1]), 0.05);
  atLeast("row 8: deliveries per second / Alertmanager's, 100 alerts per request", median(rate[100]), 0.1);
  verdict('row 12: memory a minute after the alerts / a bare node', rest / bare, 6);
  const cpuMsOf = (used: readonly Used[]): number => median(used.map(({ cpuPerAlertMs }) => cpuPerAlertMs));
  const perSecondOf = (used: readonly Used[]): number => median(used.map(({ perSecond }) => perSecond));
  verdict(
    "row 13: CPU per alert / Outpost's, 1 alert per request",
    cpuMsOf(own[1]) / OUTPOST.cpuPerAlertMs,
    2.5,
  );
  atLeast(
    "row 13: deliveries per second / Outpost's, 1 alert per request",
    perSecondOf(own[1]) / OUTPOST.perSecond,
    0.45,
  );
  verdict("row 13: memory under load / Outpost's", peak / OUTPOST.mib, 1);
  verdict('local run: ms of CPU per alert, 100 alerts per request', cpuMsOf(own[100]), 2.5);
  atLeast('local run: deliveries per second, 100 alerts per request', perSecondOf(own[100]), 800);
  verdict('local run: MiB under load', peak, 300);
  verdict('local run: MiB a minute later', rest, 150);
} finally {
  for (const program of programs) await program.close();
  rmSync(data, { recursive: true, force: true });
}

async function measure(program: Program, what: Sent): Promise<Used> {
  const before = program.delivered();
  const fromMs = performance.now();
  const fromCpu = cpuMs(program.pid);
  let peakMib = 0;
  const looking = setInterval(() => (peakMib = Math.max(peakMib, residentMib(program.pid))), 100);
  await program.send(what);
  await until(() => program.delivered() - before >= what.alerts, 10);
  clearInterval(looking);
  if (program.delivered() - before > what.alerts) throw new Error(`${what.name}: a delivery came twice`);
  return {
    cpuPerAlertMs: (cpuMs(program.pid) - fromCpu) / what.alerts,
    perSecond: (what.alerts * 1_000) / (performance.now() - fromMs),
    peakMib,
  };
}

function told({ cpuPerAlertMs, perSecond, peakMib }: Used): string {
  return `${cpuPerAlertMs.toFixed(2)} ms of CPU per alert, ${perSecond.toFixed(0)} per second, ${peakMib.toFixed(0)} MiB`;
}

async function startOurs(): Promise<Program> {
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
  return {
    pid: child.pid ?? 0,
    receiver,
    send: async (what) => void (await postAlerts(source, { ...what, senders: SENDERS })),
    delivered() {
      for (const { headers, body } of receiver.posts.slice(checked)) {
        const signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
        if (headers['tocsin-signature'] !== signature) throw new Error('a delivery is wrongly signed');
        checked += 1;
      }
      return checked;
    },
    async close() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
      await receiver.close();
    },
  };
}

/** One group for each alert, so that each is a notification of its own. */
async function startAlertmanager(): Promise<Program> {
  const receiver = await startReceiver();
  const [ca, config] = [join(data, 'alertmanager.pem'), join(data, 'alertmanager.yml')];
  writeFileSync(ca, receiver.ca, { mode: 0o600 });
  writeFileSync(
    config,
    `route: { receiver: hook, group_by: ['...'], group_wait: 0s, group_interval: 1m, repeat_interval: 1h }
receivers:
  - name: hook
    webhook_configs: [{ url: '${receiver.url}', http_config: { tls_config: { ca_file: '${ca}' } } }]
`,
  );
  const address = `127.0.0.1:${String(await freePort())}`;
  const own = [`--config.file=${config}`, `--storage.path=${join(data, 'alertmanager')}`];
  const child = spawn(PROGRAM, [...own, `--web.listen-address=${address}`, '--cluster.listen-address='], {
    stdio: 'ignore',
  });
  await new Promise((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  const url = `http://${address}/api/v2/alerts`;
  const postJson = async (body: string): Promise<number> =>
    (await post(url, { headers: { 'content-type': 'application/json' }, body })).status;
  const isUp = async (): Promise<boolean> =>
    postJson('[]')
      .then((status) => status === 200)
      .catch(() => false);
  while (!(await isUp())) await pause(50);
  return {
    pid: child.pid ?? 0,
    receiver,
    async send({ name, alerts, perRequest }) {
      const starts = Array.from({ length: Math.ceil(alerts / perRequest) }, (_, index) => index * perRequest);
      const sender = async (): Promise<void> => {
        for (let first = starts.shift(); first !== undefined; first = starts.shift()) {
          const from = first;
          const count = Math.min(perRequest, alerts - from);
          const body = Array.from({ length: count }, (_, index) =>
            alertOf(`${name} ${String(from + index)}`),
          );
          const status = await postJson(JSON.stringify(body));
          if (status !== 200) throw new Error(`Alertmanager answered ${String(status)}`);
        }
      };
      await Promise.all(Array.from({ length: SENDERS }, sender));
    },
    delivered: () => receiver.posts.length,
    async close() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await ended;
      await receiver.close();
    },
  };
}

/** As large as those of `postAlerts`. */
function alertOf(title: string) {
  return {
    labels: { alertname: title, severity: 'high', environment: 'prod', rule: 'threat-intel' },
    annotations: {
      summary: title,
      description: 'Traffic to an address that is on a threat intelligence list. '.repeat(4),
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

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
