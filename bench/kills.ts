import type { ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { runCli } from '../cli/run-cli.ts';
import { startReceiver, type Answer } from '../test/e2e/receiver.ts';
import type { Accepted, CreatedSource } from '../test/e2e/running-gateway.ts';
import { startGatewayProcess, type GatewayProcess } from './gateway-process.ts';
import { sizes } from './sizes.ts';
import { verdict } from './verdict.ts';

/**
 * Kills the local run with -9 again and again while alerts come in, and closes the sum from the lists of the command
 * line alone: each alert that a 202 vouched for is listed, each delivery that was planned for it has a state.
 *
 * Three webhooks, one of which fails a quarter of the time. `npx node bench/kills.ts 200 5` is a small run.
 */
const {
  alerts: ALERTS,
  kills: KILLS,
  watchedSeconds: WATCHED_SECONDS,
} = sizes({
  alerts: { usual: 2_000, smallest: 20 },
  kills: { usual: 30, smallest: 1 },
  /** For so long the lists are not asked: the watcher records what SQS gave up at its next run. */
  watchedSeconds: { usual: 65, smallest: 1 },
});
const PER_REQUEST = 10;
const PATIENCE_MS = 1_200_000;
const RETRY = '1s,1s,2s,2s,4s,4s,8s,8s,8s,8s';

type Row = { id: string; alert_id: string; destination_id: string; state: string };
type Listed = { id: string; routing: string; deliveries: { id: string; destination_id: string }[] };
type Waiting = { alerts: { id: string; routing: string }[] };
type Letter = { alert_ids: string[]; delivery_ids: string[] };
type Depth = { name: string; visible: number; inFlight: number; delayed: number };

const data = mkdtempSync(join(tmpdir(), 'tocsin-kills-'));
const receivers = await Promise.all([startReceiver(), startReceiver(), startReceiver()]);
let running: GatewayProcess | undefined;
try {
  running = await startGatewayProcess({ data, port: '0' });
  const port = new URL(running.url).port;
  const source = await tocsin<CreatedSource>(
    'source',
    'create',
    '--name',
    'bench',
    '--format',
    'generic',
    '--auth',
    'bearer',
  );
  for (const [index, receiver] of receivers.entries()) {
    const ca = join(data, `receiver-${String(index)}.pem`);
    writeFileSync(ca, receiver.ca, { mode: 0o600 });
    const name = `hook-${String(index)}`;
    const create = ['destination', 'create', 'webhook', '--name', name, '--url', receiver.url];
    await tocsin(...create, '--ca-file', ca, '--retry', RETRY);
  }
  const fails: Answer[] = Array.from({ length: ALERTS * 4 }, (_, index) => (index % 4 === 3 ? 500 : 200));
  receivers[2]?.answer(fails, 200);

  const startedMs = Date.now();
  const accepted = new Set<string>();
  const sending = send(source, accepted);
  let kills = 0;
  for (; kills < KILLS; kills += 1) {
    await pause(300 + Math.random() * 2_500);
    await killed(running.child);
    running = await startGatewayProcess({ data, port });
  }
  await sending;
  const { url } = running;
  await settled(url);
  console.log(
    `${String(accepted.size)} alerts accepted, ${String(kills)} kills, settled after ${String(Date.now() - startedMs)} ms`,
  );
  // A message that met five kills is a dead letter, and a delivery that met four: a state like any other, and redrivable.
  const dead = await closeTheSum(accepted);
  if (dead > 0) {
    await tocsin('dead-letters', 'redrive', '--all');
    await settled(url);
    console.log(`after the redrive of what ${String(kills)} kills had made dead letters of:`);
    await closeTheSum(accepted);
  }
  await compareBodies(accepted);
} finally {
  running?.child.kill('SIGKILL');
  await Promise.all(receivers.map(async (receiver) => receiver.close()));
  rmSync(data, { recursive: true, force: true });
}

/** Everything from the command line: no queue and no table is looked into. Answers how much is dead. */
async function closeTheSum(accepted: ReadonlySet<string>): Promise<number> {
  const { alerts, waiting } = await listAlerts();
  const rows = new Map<string, Row>();
  for (const index of receivers.keys()) {
    const list = ['deliveries', 'list', '--destination', `hook-${String(index)}`];
    for await (const page of pages<{ deliveries: Row[] }>(...list)) {
      for (const row of page.deliveries) rows.set(row.id, row);
    }
  }
  const letters = await tocsin<{ dead_letters: Letter[] }>('dead-letters', 'list');
  const named = new Set(letters.dead_letters.flatMap((one) => [...one.alert_ids, ...one.delivery_ids]));
  const states: Record<string, number> = {};
  const count = (state: string): void => void (states[state] = (states[state] ?? 0) + 1);
  for (const id of accepted) {
    const alert = alerts.get(id);
    const planned = alert?.deliveries ?? [];
    if (alert === undefined) count(waiting.has(id) ? 'waiting to be routed' : 'not listed');
    else if (alert.routing === 'dead') count(named.has(id) ? 'dead before routing' : 'dead without a letter');
    else if (planned.length !== receivers.length) count('without its three deliveries');
    for (const delivery of planned) {
      const state = rows.get(delivery.id)?.state ?? 'without a state';
      count(state === 'dead' && !named.has(delivery.id) ? 'dead without a letter' : state);
    }
  }
  console.log(JSON.stringify(states));
  const ends = new Set(['delivered', 'dead', 'dead before routing']);
  const open = Object.entries(states).filter(([state]) => !ends.has(state));
  verdict(
    'what was accepted and has no end that the lists tell',
    open.reduce((sum, [, number]) => sum + number, 0),
    0,
  );
  return (states['dead'] ?? 0) + (states['dead before routing'] ?? 0);
}

async function listAlerts(): Promise<{ alerts: Map<string, Listed>; waiting: Set<string> }> {
  const alerts = new Map<string, Listed>();
  const waiting = new Set<string>();
  for await (const page of pages<{ alerts: Listed[]; waiting: Waiting[] }>('alerts', 'list')) {
    for (const alert of page.alerts) alerts.set(alert.id, alert);
    for (const request of page.waiting) for (const { id } of request.alerts) waiting.add(id);
  }
  return { alerts, waiting };
}

/** What the receivers have, beside what the lists say. */
async function compareBodies(accepted: ReadonlySet<string>): Promise<void> {
  const { alerts } = await listAlerts();
  const bodies = new Map<string, Set<string>>();
  const posts = receivers.flatMap((receiver) => receiver.posts);
  for (const { headers, body } of posts) {
    const id = String(headers['tocsin-delivery']);
    bodies.set(id, (bodies.get(id) ?? new Set()).add(createHash('sha256').update(body).digest('hex')));
  }
  const planned = [...accepted].flatMap((id) => alerts.get(id)?.deliveries ?? []);
  console.log(`${String(posts.length)} posts of ${String(bodies.size)} deliveries`);
  verdict('deliveries that never arrived', planned.filter(({ id }) => !bodies.has(id)).length, 0);
  verdict('ids with two bodies', [...bodies.values()].filter(({ size }) => size > 1).length, 0);
}

/** Until nothing waits in any queue and nothing is under way. */
async function settled(url: string): Promise<void> {
  const endsAt = Date.now() + PATIENCE_MS;
  do await pause(500);
  while ((await waitingMessages(url)) > 0 && Date.now() < endsAt);
  await pause(WATCHED_SECONDS * 1_000);
}

async function* pages<T>(...list: string[]): AsyncGenerator<T> {
  let after: string | undefined;
  do {
    const more = after === undefined ? [] : ['--after', after];
    const page = await tocsin<T & { next: string | null }>(
      ...list,
      '--since',
      '24h',
      '--limit',
      '1000',
      ...more,
    );
    yield page as Awaited<T>;
    after = page.next ?? undefined;
  } while (after !== undefined);
}

/** Posts all alerts, each request until a 202 vouches for it: over kills, refused connections and 503s. */
async function send(source: CreatedSource, accepted: Set<string>): Promise<void> {
  // Slow enough that the kills fall into it.
  const everyMs = (KILLS * 4_000) / (ALERTS / PER_REQUEST);
  for (let first = 0; first < ALERTS; first += PER_REQUEST) {
    const lines = Array.from({ length: Math.min(PER_REQUEST, ALERTS - first) }, (_, index) =>
      JSON.stringify({ severity: 'high', title: `alert ${String(first + index)}` }),
    );
    for (;;) {
      const ids = await post(source, lines.join('\n'));
      if (ids !== undefined) {
        for (const id of ids) accepted.add(id);
        break;
      }
      await pause(300);
    }
    await pause(everyMs / 2);
  }
}

async function post(source: CreatedSource, body: string): Promise<string[] | undefined> {
  try {
    const response = await fetch(source.url, {
      method: 'POST',
      headers: { authorization: `Bearer ${source.secret}`, 'content-type': 'application/x-ndjson' },
      body,
    });
    return response.status === 202 ? ((await response.json()) as Accepted).alert_ids : undefined;
  } catch {
    // Nobody is there, or it died before it answered: the sender comes again, as it must.
    return undefined;
  }
}

async function killed(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}

/** Dead letters do not count: nobody will work them off. */
async function waitingMessages(url: string): Promise<number> {
  const depths = (await (await fetch(`${url}/local/queues.json`)).json()) as Depth[];
  return depths
    .filter(({ name }) => !name.endsWith('-dead-letters'))
    .reduce((sum, { visible, inFlight, delayed }) => sum + visible + inFlight + delayed, 0);
}

async function tocsin<T>(...argv: string[]): Promise<T> {
  const written = { out: '', error: '' };
  const code = await runCli(['--data', data, ...argv, '--json'], {
    stdout: { write: (text) => void (written.out += text) },
    stderr: { write: (text) => void (written.error += text) },
    stdin: Readable.from([]),
    env: {},
    clock: { now: () => Date.now() },
  });
  if (code !== 0) throw new Error(`tocsin ${argv.join(' ')} ended with ${String(code)}: ${written.error}`);
  return JSON.parse(written.out) as T;
}
