import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, it, vi } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const data = mkdtempSync(join(tmpdir(), 'tocsin-demo-'));
const QUIET = '--disable-warning=ExperimentalWarning';
const CLI = [QUIET, join(ROOT, 'cli/main.ts')];
const run = promisify(execFile);
let demo: ChildProcess | undefined;

afterAll(async () => {
  if (demo !== undefined) {
    const ended = new Promise((done) => demo?.once('exit', done));
    demo.kill('SIGTERM');
    await ended;
  }
  rmSync(data, { recursive: true, force: true });
});

it.each([
  [['--bogus'], "demo: Unknown option '--bogus'\n"],
  [
    ['--data', ROOT],
    `demo: ${ROOT} holds what no demo made; expected an empty folder or that of an earlier demo\n`,
  ],
])('refuses %j in one line, and touches nothing', (argv, told) => {
  const { status, stderr } = spawnSync(process.execPath, [QUIET, join(ROOT, 'local/demo.ts'), ...argv], {
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 1, stderr: told });
});

it('npm run demo shows alerts of two sources in mails of two kinds', async () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const argv = (scripts['demo'] ?? '').split(' ').slice(1);
  demo = spawn(
    process.execPath,
    [...argv, '--port', '0', '--receiver-port', '0', '--data', data, '--no-browser'],
    { cwd: ROOT },
  );
  let output = '';
  for (const stream of [demo.stdout, demo.stderr])
    stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const url = await vi.waitFor(
    () => /^demo ready (\S+)/mu.exec(output)?.[1] ?? Promise.reject(new Error(output)),
    { timeout: 60_000, interval: 200 },
  );
  await vi.waitFor(
    async () => {
      const mails = (await (await fetch(`${url}/local/mail.json`)).json()) as {
        to: string[];
        subject: string;
      }[];
      const subjects = (to: string) =>
        mails.filter((mail) => mail.to.includes(to)).map(({ subject }) => subject);
      expect(subjects('on-call@example.com').join('\n')).toMatch(/AWS Access Key[\s\S]*|failed logins/u);
      expect(subjects('cfo@example.com').length).toBeGreaterThan(0);
    },
    { timeout: 20_000, interval: 200 },
  );
  // Members of a group have ids of their own kind; the sum knows them all the same.
  await vi.waitFor(
    async () => {
      const { stdout } = await run(process.execPath, [...CLI, 'audit', '--data', data, '--json']);
      expect(JSON.parse(stdout)).toMatchObject({
        adds_up: true,
        alerts: { accepted: 4, routed: 4, waiting: 0, repeated: 0 },
      });
    },
    { timeout: 20_000, interval: 500 },
  );
}, 90_000);
