import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs, promisify } from 'node:util';

/**
 * `npm run demo`: the gateway with a receiver, two sources, three destinations and a handful of alerts, in a folder of its
 * own that begins anew each time.
 */
const ROOT = resolve(import.meta.dirname, '..');
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '4000' },
    'receiver-port': { type: 'string', default: '4443' },
    data: { type: 'string', default: '.tocsin-demo' },
    'no-browser': { type: 'boolean', default: false },
  },
});
const data = resolve(values.data);
const children: ChildProcess[] = [];
const run = promisify(execFile);

function stop(code: number): never {
  for (const child of children) child.kill('SIGTERM');
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
  child.once('exit', (code) =>
    reject(new Error(`${argv[0] ?? ''} ended with ${String(code)}: ${output.trim()}`)),
  );
  return promise;
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

async function demo(): Promise<string> {
  rmSync(data, { recursive: true, force: true });
  console.error('1/4 starting the gateway');
  const main = join(ROOT, 'local/main.ts');
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
  const target = values.data === '.tocsin' ? '' : ` --data ${values.data}`;
  console.log(`
Mails:      ${url}/local/mail
Alerts:     npx tocsin alerts list${target}
Who, why:   npx tocsin deliveries list${target}
All well?   npx tocsin status${target}
The sum:    npx tocsin audit${target}

demo ready ${url} (Ctrl-C ends it)`);
  if (!values['no-browser'] && process.stdout.isTTY) {
    const opener =
      process.platform === 'darwin' ? 'open' : process.platform === 'win32' ? 'explorer' : 'xdg-open';
    spawn(opener, [`${url}/local/mail`], { stdio: 'ignore', detached: true }).on('error', () => undefined);
  }
} catch (error) {
  console.error(`demo: ${error instanceof Error ? error.message : String(error)}`);
  stop(1);
}
