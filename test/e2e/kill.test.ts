import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, onTestFinished, test, vi } from 'vitest';
import { runCli } from '../../cli/run-cli.ts';
import type { Accepted, CreatedSource } from './running-gateway.ts';
import { bringSynthesizedStack } from './synthesized-stack.ts';
import { NODE_ENVIRONMENT } from '../node-environment.ts';

/** A delivery that was claimed when its worker died waits for the end of the claim, 25 s. */
const PATIENCE = { timeout: 60_000, interval: 200 };
const PROJECT = join(import.meta.dirname, '../..');

/** The local run as its own process, as `npm start` starts it. */
async function start(dataDir: string): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', 'local/start.mjs', '--port', '0', '--data', dataDir],
    { cwd: PROJECT, env: { ...NODE_ENVIRONMENT, HOME: dataDir } },
  );
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const url = await new Promise<string>((resolve, reject) => {
    let written = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      written += text;
      const ready = /^tocsin ready (\S+)$/mu.exec(written)?.[1];
      if (ready !== undefined) resolve(ready);
    });
    child.once('exit', () => {
      reject(new Error(`the local run ended: ${written}`));
    });
  });
  return { child, url };
}

async function tocsin(dataDir: string, ...argv: string[]): Promise<unknown> {
  let stdout = '';
  let stderr = '';
  const code = await runCli(['--data', dataDir, ...argv, '--json'], {
    stdout: { write: (text) => void (stdout += text) },
    stderr: { write: (text) => void (stderr += text) },
    stdin: Readable.from([]),
    env: {},
    clock: { now: () => Date.now() },
  });
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout);
}

async function killed(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}

test('an alert answered with a 202 arrives once after a kill -9', { timeout: 240_000 }, async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'tocsin-kill-'));
  onTestFinished(() => {
    rmSync(dataDir, { recursive: true, force: true });
  });
  await bringSynthesizedStack(dataDir);
  let running = await start(dataDir);
  const create = ['--name', 's', '--format', 'generic', '--auth', 'bearer'];
  const source = (await tocsin(dataDir, 'source', 'create', ...create)) as CreatedSource;
  await tocsin(dataDir, 'destination', 'create', 'email', '--name', 'ops', '--to', 'ops@example.com');
  const titles = ['first', 'second', 'third'];
  for (const title of titles) {
    const response = await fetch(`${running.url}/v1/ingest/${source.id}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${source.secret}`, 'content-type': 'application/json' },
      body: JSON.stringify({ title }),
    });
    expect(response.status).toBe(202);
    expect(((await response.json()) as Accepted).accepted).toBe(1);
    await killed(running.child);
    running = await start(dataDir);
    await vi.waitFor(async () => {
      expect(await subjects(running.url)).toContain(`[MEDIUM] ${title}`);
    }, PATIENCE);
  }
  await vi.waitFor(async () => {
    expect(await undelivered(running.url)).toBe(0);
  }, PATIENCE);
  expect((await subjects(running.url)).toSorted()).toEqual(titles.map((title) => `[MEDIUM] ${title}`));
});

async function subjects(url: string): Promise<string[]> {
  const mails = (await (await fetch(`${url}/local/mail.json`)).json()) as { subject: string }[];
  return mails.map(({ subject }) => subject);
}

async function undelivered(url: string): Promise<number> {
  type Depth = { visible: number; inFlight: number; delayed: number };
  const depths = (await (await fetch(`${url}/local/queues.json`)).json()) as Depth[];
  return depths.reduce((sum, { visible, inFlight, delayed }) => sum + visible + inFlight + delayed, 0);
}
