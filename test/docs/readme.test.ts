import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runCli } from '../../cli/run-cli.ts';
import { Readable } from 'node:stream';
import { bringSynthesizedStack } from '../e2e/synthesized-stack.ts';
import { NODE_ENVIRONMENT } from '../node-environment.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');
const run = promisify(execFile);
const PATIENCE = { timeout: 25_000, interval: 100 };

/** The shell blocks of a section, as a newcomer would copy them. */
function blocks(section: string): string[] {
  const text = README.split(/^## /mu).find((part) => part.startsWith(section)) ?? '';
  return Array.from(text.matchAll(/^```sh\n([\s\S]*?)^```/gmu), ([, block]) => block ?? '');
}

/** A folder that looks like the checkout to the commands of the README, with its own state. */
let folder: string;
const children: ChildProcess[] = [];
let environment: Record<string, string>;

type Started = { output: () => string; match: RegExpExecArray };

function start(command: string, ready: RegExp): Promise<Started> {
  const child = spawn('sh', ['-c', `exec ${command}`], { cwd: folder, env: environment });
  children.push(child);
  let output = '';
  return new Promise((done, fail) => {
    const read = (text: string): void => {
      output += text;
      const match = ready.exec(output);
      if (match !== null) done({ output: () => output, match });
    };
    child.stdout.setEncoding('utf8').on('data', read);
    child.stderr.setEncoding('utf8').on('data', read);
    child.once('exit', () => {
      fail(new Error(output));
    });
  });
}

async function shell(commands: string): Promise<{ stdout: string }> {
  return run('sh', ['-ec', commands], { cwd: folder, env: environment });
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-readme-'));
  symlinkSync(join(ROOT, 'docs'), join(folder, 'docs'));
  // `npx tocsin` runs the command of the checkout; from here it is this file.
  mkdirSync(join(folder, 'bin'));
  writeFileSync(
    join(folder, 'bin/npx'),
    `#!/bin/sh\n[ "$1" = tocsin ] || exit 64\nshift\nexec "${process.execPath}" "${join(ROOT, 'cli/main.ts')}" "$@"\n`,
  );
  chmodSync(join(folder, 'bin/npx'), 0o755);
  environment = {
    ...NODE_ENVIRONMENT,
    PATH: `${join(folder, 'bin')}:${NODE_ENVIRONMENT.PATH}`,
    HOME: folder,
  };
  // The demo, as a newcomer starts it, synthesizes its own.
  await bringSynthesizedStack(join(folder, '.tocsin'));
}, 120_000);

afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

describe('what the README tells a newcomer to try', () => {
  const [install = '', receive = '', commands = ''] = blocks('Try it on this machine');
  let gateway: Started;
  let receiver: Started;
  let curl: string;

  it('begins with the two commands of package.json', () => {
    expect(install.trim()).toBe('npm ci && npm start');
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    expect(scripts['start']).toBe('node --disable-warning=ExperimentalWarning local/start.mjs');
  });

  it('starts the gateway and a receiver', async () => {
    const entry = join(ROOT, 'local/start.mjs');
    gateway = await start(
      `"${process.execPath}" --disable-warning=ExperimentalWarning "${entry}" --port 0`,
      /^tocsin ready (\S+)$/mu,
    );
    receiver = await start(receive.trim(), /receiver ready/u);
  });

  it('prints the curl of the new source', async () => {
    const { stdout } = await shell(commands);
    curl = /^BODY=[\s\S]*/mu.exec(stdout)?.[0] ?? '';
    expect(curl, stdout).not.toBe('');
  });

  it('ends with a mail in the mailbox and a POST at the receiver', async () => {
    const posted = await shell(curl);
    expect(JSON.parse(posted.stdout)).toMatchObject({ accepted: 1 });
    await vi.waitFor(async () => {
      const mails = (await (await fetch(`${gateway.match[1]!}/local/mail.json`)).json()) as {
        subject: string;
      }[];
      expect(mails).toHaveLength(1);
      expect(receiver.output()).toMatch(/tocsin-signature: sha256=[0-9a-f]{64}/u);
      expect(receiver.output()).toContain('Hello from curl');
    }, PATIENCE);
  });

  it.each(blocks('Operate'))('works: %s', async (block) => {
    await shell(block);
  });

  it('tells what happened', async () => {
    const listed = await shell('npx tocsin alerts list; npx tocsin deliveries list');
    expect(listed.stdout).toContain('Hello from curl');
  });
});

describe('every other command of the README', () => {
  const commands = ['Add a source', 'Add a destination']
    .flatMap(blocks)
    .flatMap((block) => block.trim().split('\n'))
    .filter((line) => line.startsWith('npx tocsin ') && line.includes(' create '));

  it.each(commands)('%s', async (line) => {
    let stderr = '';
    const argv = line.split(' ').slice(2);
    const code = await runCli(['--data', join(folder, '.tocsin'), ...argv], {
      stdout: { write: () => undefined },
      stderr: { write: (text) => void (stderr += text) },
      stdin: Readable.from([]),
      env: {},
      clock: { now: () => Date.now() },
      resolve: async () => ['93.184.215.14'],
    });
    expect(code, stderr).toBe(0);
  });
});
