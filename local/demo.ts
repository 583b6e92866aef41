import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { shellWord } from '../functions/core/text/shell-word.ts';
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

/** Starts a part and gives what its output says when it is ready. */
async function started(argv: readonly string[], ready: RegExp, shown: boolean): Promise<string> {
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
  child.stderr.on('data', (chunk: Buffer) => {
    if (shown) process.stderr.write(chunk);
    read(chunk);
  });
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

/** A folder that a demo made says so; any other is somebody's, and stays. */
function beginAnew(): void {
  const mark = join(data, 'of-a-demo');
  const isOurs = existsSync(mark) || !existsSync(data) || readdirSync(data).length === 0;
  if (!isOurs) {
    throw new StartError(
      `${data} holds what no demo made; expected an empty folder or that of an earlier demo`,
    );
  }
  // Not under the feet of one that runs.
  takeDataFolder(data).release();
  rmSync(data, { recursive: true, force: true });
  mkdirSync(data, { recursive: true, mode: 0o700 });
  writeFileSync(mark, '');
}

/** Without a desktop nothing happens: xdg-open(1) would then start a browser in the terminal itself. */
function openInBrowser(url: string): void {
  const isLinux = process.platform !== 'darwin' && process.platform !== 'win32';
  if (isLinux && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY']) return;
  const opener = isLinux ? 'xdg-open' : process.platform === 'darwin' ? 'open' : 'explorer';
  spawn(opener, [url], { stdio: 'ignore', detached: true }).on('error', () => undefined);
}

async function demo(): Promise<string> {
  beginAnew();
  console.error('1/4 starting the gateway');
  const main = join(ROOT, 'local/start.mjs');
  const quiet = '--disable-warning=ExperimentalWarning';
  const url = await started(
    [quiet, main, '--port', values.port, '--data', data],
    /^tocsin ready (\S+)$/mu,
    false,
  );
  console.error('2/4 starting a receiver of webhooks');
  const receiver = join(ROOT, 'docs/receivers/receiver.mjs');
  const hasReceiver = spawnSync('openssl', ['version']).status === 0;
  const hook = hasReceiver
    ? await started(
        [receiver, '--port', values['receiver-port'], '--folder', data],
        /receiver ready (\S+)/u,
        false,
      )
    : undefined;

  console.error('3/4 creating sources and destinations');
  const mail = ['destination', 'create', 'email', '--name'];
  await tocsin(...mail, 'on-call', '--to', 'on-call@example.com');
  await tocsin(
    ...mail,
    'board',
    '--to',
    'cfo@example.com',
    '--role',
    'executive',
    '--min-severity',
    'critical',
  );
  if (hook === undefined) console.error('    openssl is not installed, so there is no receiver of webhooks');
  else {
    const certificate = join(data, 'receiver.pem');
    await tocsin(
      'destination',
      'create',
      'webhook',
      '--name',
      'siem',
      '--url',
      `${hook}/alerts`,
      '--ca-file',
      certificate,
    );
  }
  const github = await tocsin('source', 'create', '--name', 'github', '--format', 'github');
  const prometheus = await tocsin('source', 'create', '--name', 'prometheus', '--format', 'alertmanager');

  console.error('4/4 sending alerts');
  const leaked = example('github-secret');
  await post(github['url'] ?? '', leaked, {
    'x-github-event': 'secret_scanning_alert',
    'x-hub-signature-256': `sha256=${createHmac('sha256', github['secret'] ?? '')
      .update(leaked)
      .digest('hex')}`,
  });
  const token = { authorization: `Bearer ${prometheus['secret'] ?? ''}` };
  await post(prometheus['url'] ?? '', example('alertmanager-firing'), token);
  await post(prometheus['url'] ?? '', example('alertmanager-resolved'), token);
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
  if (!values['no-browser'] && process.stdout.isTTY) openInBrowser(`${url}/`);
} catch (error) {
  console.error(`demo: ${messageOf(error)}`);
  stop(1);
}
