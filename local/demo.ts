import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { shellWord } from '../functions/core/text/shell-word.ts';
import { openInBrowser } from '../console/server/open-in-browser.ts';
import { takeDataFolder } from './data-folder.ts';
import { messageOf, StartError } from './start-error.ts';

/**
 * `npm run demo`: the gateway with a receiver, two sources, three destinations and a handful of alerts, in a folder of its
 * own that begins anew each time.
 */
const ROOT = resolve(import.meta.dirname, '..');
const HELP = `Runs the gateway on this machine with a receiver, two sources, three destinations and a handful of alerts.

  npm run demo [-- --port 4000 --data .tocsin-demo]

  --port           port of the gateway on 127.0.0.1 (default 4000; 0 takes a free one)
  --receiver-port  port of the receiver of webhooks (default 4443; 0 takes a free one)
  --data           folder that holds all state, emptied at each start (default .tocsin-demo)
  --no-browser     do not open the console
`;
const values = readArguments();
const data = resolve(values.data);
const children: ChildProcess[] = [];
const run = promisify(execFile);

function stop(code: number): never {
  for (const child of children) {
    child.removeAllListeners('exit');
    child.kill('SIGTERM');
  }
  process.exit(code);
}
process.on('SIGINT', () => stop(0));
process.on('SIGTERM', () => stop(0));

/** Starts a part; gives the URL that its line of readiness holds. */
async function started(argv: readonly string[], ready: RegExp): Promise<string> {
  const child = spawn(process.execPath, argv, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  const { promise, resolve: answer, reject } = Promise.withResolvers<string>();
  let output = '';
  const read = (chunk: Buffer): void => {
    output += chunk.toString();
    const found = ready.exec(output)?.[1];
    if (found !== undefined) answer(found);
  };
  child.stdout.on('data', read);
  child.stderr.on('data', read);
  child.once('exit', (code) => {
    const taken = /\bport (\d+) is (?:already )?in use/u.exec(output)?.[1];
    reject(
      taken === undefined
        ? new Error(`${argv[0] ?? ''} ended with ${String(code)}: ${output.trim()}`)
        : new StartError(`port ${taken} is in use; choose others with --port and --receiver-port`),
    );
  });
  return promise;
}

function readArguments() {
  try {
    const read = parseArgs({
      options: {
        port: { type: 'string', default: '4000' },
        'receiver-port': { type: 'string', default: '4443' },
        data: { type: 'string', default: '.tocsin-demo' },
        'no-browser': { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (read.values.help) {
      process.stdout.write(HELP);
      process.exit(0);
    }
    return read.values;
  } catch (error) {
    console.error(`demo: ${messageOf(error)}`);
    process.exit(1);
  }
}

async function tocsin(...argv: string[]): Promise<Record<string, string>> {
  const { stdout } = await run(process.execPath, [
    join(ROOT, 'cli/main.ts'),
    '--data',
    data,
    ...argv,
    '--json',
  ]);
  return JSON.parse(stdout) as Record<string, string>;
}

function example(name: string): string {
  return readFileSync(join(ROOT, 'examples/alerts', `${name}.json`), 'utf8');
}

async function post(url: string, body: string, headers: Record<string, string>): Promise<void> {
  const answer = await fetch(url, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
  });
  if (!answer.ok) throw new Error(`${url} answered ${String(answer.status)}: ${await answer.text()}`);
}

/** Empties the folder of an earlier demo, which a file in it marks; any other folder is the user's and stays. */
function beginAnew(): void {
  const mark = join(data, 'of-a-demo');
  const isOurs = existsSync(mark) || !existsSync(data) || readdirSync(data).length === 0;
  if (!isOurs) {
    throw new StartError(
      `${data} holds what no demo made; expected an empty folder or that of an earlier demo`,
    );
  }
  // Refused while an earlier demo runs in it.
  takeDataFolder(data).release();
  rmSync(data, { recursive: true, force: true });
  mkdirSync(data, { recursive: true, mode: 0o700 });
  writeFileSync(mark, '');
}

async function startGateway(): Promise<string> {
  const quiet = '--disable-warning=ExperimentalWarning';
  const main = join(ROOT, 'local/start.mjs');
  return started([quiet, main, '--port', values.port, '--data', data], /^tocsin ready (\S+)$/mu);
}

/** The URL of a receiver of webhooks; undefined without openssl, which makes its certificate. */
async function startReceiver(): Promise<string | undefined> {
  if (spawnSync('openssl', ['version']).status !== 0) {
    console.error('    openssl is not installed, so there is no receiver of webhooks');
    return undefined;
  }
  const receiver = join(ROOT, 'docs/receivers/receiver.mjs');
  return started([receiver, '--port', values['receiver-port'], '--folder', data], /receiver ready (\S+)/u);
}

async function createDestinations(receiverUrl: string | undefined): Promise<void> {
  const create = async (channel: string, ...argv: string[]) =>
    tocsin('destination', 'create', channel, '--name', ...argv);
  await create('email', 'on-call', '--to', 'on-call@example.com');
  const seldom = ['--role', 'executive', '--min-severity', 'critical'];
  await create('email', 'board', '--to', 'cfo@example.com', ...seldom);
  if (receiverUrl === undefined) return;
  const certificate = join(data, 'receiver.pem');
  await create('webhook', 'siem', '--url', `${receiverUrl}/alerts`, '--ca-file', certificate);
}

type Sources = Record<'github' | 'prometheus', Record<string, string>>;

async function createSources(): Promise<Sources> {
  const github = await tocsin('source', 'create', '--name', 'github', '--format', 'github');
  const prometheus = await tocsin('source', 'create', '--name', 'prometheus', '--format', 'alertmanager');
  return { github, prometheus };
}

async function sendAlerts({ github, prometheus }: Sources): Promise<void> {
  const leaked = example('github-secret');
  const signature = createHmac('sha256', github['secret'] ?? '')
    .update(leaked)
    .digest('hex');
  await post(github['url'] ?? '', leaked, {
    'x-github-event': 'secret_scanning_alert',
    'x-hub-signature-256': `sha256=${signature}`,
  });
  const token = { authorization: `Bearer ${prometheus['secret'] ?? ''}` };
  await post(prometheus['url'] ?? '', example('alertmanager-firing'), token);
  await post(prometheus['url'] ?? '', example('alertmanager-resolved'), token);
}

async function demo(): Promise<string> {
  beginAnew();
  console.error('1/4 starting the gateway');
  const url = await startGateway();
  console.error('2/4 starting a receiver of webhooks');
  const receiverUrl = await startReceiver();
  console.error('3/4 creating sources and destinations');
  await createDestinations(receiverUrl);
  const sources = await createSources();
  console.error('4/4 sending alerts');
  await sendAlerts(sources);
  return url;
}

try {
  const url = await demo();
  const target = values.data === '.tocsin' ? '' : ` --data ${shellWord(values.data)}`;
  for (const child of children) {
    child.once('exit', () => {
      console.error('demo: the gateway or its receiver has ended');
      stop(1);
    });
  }
  console.log(`
Console:    ${url}/
Mails:      ${url}/local/mail
Alerts:     npx tocsin${target} alerts list
Who, why:   npx tocsin${target} deliveries list
All well?   npx tocsin${target} status
The sum:    npx tocsin${target} audit

demo ready ${url} (Ctrl-C ends it)`);
  if (!values['no-browser'] && process.stdout.isTTY) openInBrowser(`${url}/`, process.env);
} catch (error) {
  console.error(`demo: ${messageOf(error)}`);
  stop(1);
}
