import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { CliIo } from '../../cli/io.ts';
import { runCli } from '../../cli/run-cli.ts';
import { openLocalConsole } from '../../console/server/local-console.ts';
import type { SesAccess } from '../../local/emulators/ses/ses-emulator.ts';
import type { LocalRun } from '../../local/local-run-options.ts';
import { startLocalRun } from '../../local/local-run.ts';
import { synthesizedStack } from './synthesized-stack.ts';

export type RunningGateway = {
  local: LocalRun;
  dataDir: string;
  /** One line for each failure of a function or trigger. */
  errors: string[];
  /** Runs a command of the CLI against this gateway and gives its JSON; throws when it fails. */
  tocsin<T>(...argv: string[]): Promise<T>;
  /** The same, with what a test of failures needs. */
  tryTocsin(argv: string[], io?: Partial<CliIo>): Promise<{ code: number; stdout: string; stderr: string }>;
  /** Writes a file into the data folder and gives its path. */
  file(name: string, content: string): string;
  close(): Promise<void>;
};

export const LOOPBACK = '127.0.0.0/8,::1/128';

/** The whole gateway from the real stack, on any free port. */
export async function runGateway(
  {
    webFolder,
    ...options
  }: {
    egressAllow?: string;
    privateRanges?: readonly string[];
    mailsPerDay?: number;
    sesAccess?: SesAccess;
    callLatencyMs?: number;
    maxEnvironments?: number;
    cpuShare?: number;
    /** The folder of a built page: the console is opened with it. */
    webFolder?: string;
  } = { egressAllow: LOOPBACK },
): Promise<RunningGateway> {
  const dataDir = mkdtempSync(join(tmpdir(), 'tocsin-e2e-'));
  const errors: string[] = [];
  const local = await startLocalRun({
    port: 0,
    dataDir,
    assemblyDir: await synthesizedStack(options.privateRanges),
    ...options,
    onError: (line) => errors.push(line),
    ...(webFolder !== undefined && {
      openConsole: async (of) =>
        openLocalConsole({
          ...of,
          webFolder,
          env: {},
          clock: { now: () => Date.now() },
        }),
    }),
  });
  // The command line works with what the stack grants operators, and with nothing else.
  const manifest = { ...local.manifest, credentials: local.keysWith('OperatorPolicy') };
  writeFileSync(join(dataDir, 'manifest.json'), JSON.stringify(manifest), { mode: 0o600 });
  const tryTocsin: RunningGateway['tryTocsin'] = async (argv, io = {}) =>
    tocsinProcess(['--data', dataDir, ...argv], io);
  return {
    local,
    dataDir,
    errors,
    tryTocsin,
    tocsin: async <T>(...argv: string[]): Promise<T> => {
      const { code, stdout, stderr } = await tryTocsin([...argv, '--json']);
      // What `status` finds to be wrong is its answer, and exit status 1.
      if (code !== 0 && !(argv[0] === 'status' && stdout !== '')) {
        throw new Error(`tocsin ${argv.join(' ')} ended with ${String(code)}: ${stderr}${stdout}`);
      }
      return JSON.parse(stdout) as T;
    },
    file: (name, content) => {
      const path = join(dataDir, name);
      writeFileSync(path, content, { mode: 0o600 });
      return path;
    },
    close: async () => {
      await local.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** Runs a command of the CLI, whatever gateway it is for. */
export async function tocsinProcess(
  argv: string[],
  io: Partial<CliIo> = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  const written = { stdout: '', stderr: '' };
  const code = await runCli(argv, {
    stdout: { write: (text) => void (written.stdout += text) },
    stderr: { write: (text) => void (written.stderr += text) },
    stdin: Readable.from([]),
    env: {},
    clock: { now: () => Date.now() },
    ...io,
  });
  return { code, ...written };
}

export type CreatedSource = {
  id: string;
  name: string;
  url: string;
  secret: string;
  header: string;
  curl: string;
};
export type CreatedDestination = { id: string; name: string; secret: string };
export type ShownDelivery = {
  id: string;
  state: string;
  reason?: string;
  attempts: { number: number; outcome: string; status?: number; reason?: string; duration_ms: number }[];
};
export type Accepted = { request_id: string; accepted: number; duplicates: number; alert_ids: string[] };
