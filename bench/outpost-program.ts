import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startReceiver } from '../test/e2e/receiver.ts';
import { freePort } from './free-port.ts';
import type { MeasuredProgram } from './measured-program.ts';
import { post } from './post.ts';
import { treeCpuMs, treeMib } from './process-usage.ts';
import { sendRequests } from './send-requests.ts';
import { threatAlert } from './threat-alert.ts';

/** What must be on the path: Outpost's two programs, and those of Debian's packages of its databases and its queue. */
const PROGRAMS = ['outpost', 'outpost-server', 'redis-server', 'initdb', 'postgres', 'rabbitmq-server'];
/** What the rows of the table were set with. */
const CONCURRENCY = '16';
const API_KEY = 'bench';

/** The programs that are missing. */
export function missingForOutpost(): string[] {
  return PROGRAMS.filter((program) => spawnSync('which', [program]).status !== 0);
}

/**
 * Starts Outpost with a Redis, a PostgreSQL and a RabbitMQ of its own, each as it comes, and one signed webhook. All
 * listen on loopback alone, but for Outpost's own API, which has no setting for it.
 *
 * It takes one event a request; `perRequest` must be 1.
 */
export async function startOutpost(): Promise<MeasuredProgram> {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-bench-outpost-'));
  const receiver = await startReceiver();
  const children: ChildProcess[] = [];
  const close = async (): Promise<void> => {
    for (const child of children.toReversed()) await ended(child);
    await receiver.close();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const [redis, postgres, rabbit, api] = [
      await freePort(),
      await freePort(),
      await freePort(),
      await freePort(),
    ];
    children.push(startRedis(folder, redis), startPostgres(folder, postgres));
    children.push(await startRabbit(folder, rabbit));
    await untilItWorks('RabbitMQ', () => isListening(rabbit));
    const ca = join(folder, 'receiver.pem');
    writeFileSync(ca, receiver.ca);
    const env = {
      PATH: process.env['PATH'] ?? '',
      HOME: folder,
      API_PORT: String(api),
      API_KEY,
      API_JWT_SECRET: 'bench'.repeat(8),
      AES_ENCRYPTION_SECRET: '0123456789abcdef0123456789abcdef',
      TOPICS: 'alert',
      REDIS_HOST: '127.0.0.1',
      REDIS_PORT: String(redis),
      POSTGRES_URL: `postgres://bench@127.0.0.1:${String(postgres)}/postgres?sslmode=disable`,
      RABBITMQ_SERVER_URL: `amqp://guest:guest@127.0.0.1:${String(rabbit)}`,
      PUBLISH_MAX_CONCURRENCY: CONCURRENCY,
      DELIVERY_MAX_CONCURRENCY: CONCURRENCY,
      LOG_MAX_CONCURRENCY: CONCURRENCY,
      DISABLE_TELEMETRY: 'true',
      SSL_CERT_FILE: ca,
    };
    await untilItWorks('outpost migrate apply', () => {
      const { status } = spawnSync('outpost', ['migrate', 'apply', '--yes'], { env, cwd: folder });
      return Promise.resolve(status === 0);
    });
    const startServer = (): ChildProcess =>
      spawn('outpost-server', [], { env, cwd: folder, stdio: 'ignore' });
    let server = startServer();
    const url = `http://127.0.0.1:${String(api)}/api/v1`;
    await untilItWorks("Outpost's tenant", async () => {
      // RabbitMQ listens before it is ready, and then the server ends.
      if (server.exitCode !== null) server = startServer();
      return (await put(`${url}/tenants/bench`)) < 300;
    });
    children.push(server);
    await created(`${url}/tenants/bench/destinations`, {
      type: 'webhook',
      topics: ['*'],
      config: { url: receiver.url },
    });
    const pids = children.map(({ pid }) => pid ?? 0);
    return {
      receiver,
      // Its log of attempts is written every ten seconds.
      writesWithinMs: 11_000,
      cpuMs: () => total(pids.map(treeCpuMs)),
      mib: () => total(pids.map(treeMib)),
      looksEveryMs: 1_000,
      send: (what) =>
        sendRequests(what, async ([title]) => {
          await created(`${url}/publish`, {
            tenant_id: 'bench',
            topic: 'alert',
            data: threatAlert(title ?? ''),
          });
        }),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function startRedis(folder: string, port: number): ChildProcess {
  return spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder], {
    stdio: 'ignore',
  });
}

/** PostgreSQL refuses to run as root: there it runs as the user that Debian's package has made for it. */
function startPostgres(folder: string, port: number): ChildProcess {
  const user = process.getuid?.() === 0 ? userNamed('postgres') : undefined;
  const data = mkdtempSync(join(tmpdir(), 'tocsin-bench-postgres-'));
  if (user !== undefined) chownSync(data, user.uid, user.gid);
  const as = { ...user, cwd: data, stdio: 'ignore' } as const;
  const { status } = spawnSync('initdb', ['-D', join(data, 'db'), '-U', 'bench', '-A', 'trust'], as);
  if (status !== 0) throw new Error(`initdb ended with ${String(status)}`);
  const settings = ['-c', 'listen_addresses=127.0.0.1', '-c', `unix_socket_directories=${data}`];
  const child = spawn('postgres', ['-D', join(data, 'db'), '-p', String(port), ...settings], as);
  child.once('exit', () => {
    rmSync(data, { recursive: true, force: true });
  });
  return child;
}

/** The script of RabbitMQ itself: Debian's goes over to a user of its own, whose folders are fixed. */
async function startRabbit(folder: string, port: number): Promise<ChildProcess> {
  const home = join(folder, 'rabbitmq');
  mkdirSync(home);
  const mapper = String(await freePort());
  const child = spawn('/usr/lib/rabbitmq/bin/rabbitmq-server', [], {
    stdio: 'ignore',
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: home,
      RABBITMQ_MNESIA_BASE: home,
      RABBITMQ_LOG_BASE: home,
      RABBITMQ_ENABLED_PLUGINS_FILE: join(home, 'plugins'),
      RABBITMQ_NODENAME: 'bench@localhost',
      RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
      RABBITMQ_NODE_PORT: String(port),
      RABBITMQ_DIST_PORT: String(await freePort()),
      RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
      ERL_EPMD_ADDRESS: '127.0.0.1',
      ERL_EPMD_PORT: mapper,
    },
  });
  // The mapper of Erlang's ports goes on when who started it ends.
  child.once('exit', () => spawnSync('epmd', ['-port', mapper, '-kill']));
  return child;
}

function userNamed(name: string): { uid: number; gid: number } {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((user) => user.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  if (uid === undefined || gid === undefined) throw new Error(`there is no user ${name}`);
  return { uid: Number(uid), gid: Number(gid) };
}

/** Asks once a second, for two minutes. */
async function untilItWorks(what: string, works: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 120; tries += 1) {
    if (await works().catch(() => false)) return;
    await pause(1_000);
  }
  throw new Error(`${what} does not work`);
}

function isListening(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(port, '127.0.0.1')
    .once('connect', () => {
      socket.destroy();
      resolve(true);
    })
    .once('error', () => {
      resolve(false);
    });
  return promise;
}

function put(url: string): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  request(url, { method: 'PUT', headers: { authorization: `Bearer ${API_KEY}` } }, (answer) => {
    answer.resume().once('end', () => {
      resolve(answer.statusCode ?? 0);
    });
  })
    .once('error', reject)
    .end();
  return promise;
}

async function created(url: string, body: object): Promise<void> {
  const headers = { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' };
  const { status, text } = await post(url, { headers, body: JSON.stringify(body) });
  if (status > 299) throw new Error(`Outpost answered ${String(status)}: ${text}`);
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  child.once('exit', () => {
    resolve();
  });
  child.kill('SIGTERM');
  await promise;
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
