import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { builtOrNone } from '../console/build/built-web.ts';
import { startLocalRun } from './local-run.ts';
import type { LocalRun, LocalRunOptions } from './local-run-options.ts';
import { diskProblem } from './disk-problem.ts';
import { messageOf } from './start-error.ts';

const LOOPBACK_CIDRS = '127.0.0.0/8,::1/128';
const HELP = `Runs the gateway on this machine.

  npm start [-- --port 4000 --data .tocsin]

  --port      port on 127.0.0.1 (default 4000; 0 takes a free one)
  --data      folder that holds all state (default .tocsin)
  --assembly  a folder that "cdk synth" wrote, instead of synthesizing the stack here
  --private-ranges  where private destinations may be, such as 10.0.0.0/8,fd00::/8; then there is a private lane
  --fsync          each write waits for the disk: slower, and what was accepted survives a power cut
  --ses-sandbox    SES as in a new account: verified recipients only, 200 mails in 24 hours, 1 in a second
  --mails-per-day  what SES takes in 24 hours (default 50000, in the sandbox 200)
`;

function fail(line: string): never {
  console.error(`tocsin: ${line}`);
  process.exit(1);
}

type Settings = Pick<
  LocalRunOptions,
  'port' | 'dataDir' | 'assemblyDir' | 'privateRanges' | 'fsync' | 'mailsPerDay' | 'sesAccess'
>;

function readArguments(): Settings {
  try {
    const { values } = parseArgs({
      options: {
        port: { type: 'string', default: '4000' },
        data: { type: 'string', default: '.tocsin' },
        assembly: { type: 'string' },
        'private-ranges': { type: 'string' },
        'mails-per-day': { type: 'string' },
        fsync: { type: 'boolean', default: false },
        'ses-sandbox': { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) {
      process.stdout.write(HELP);
      process.exit(0);
    }
    const port = Number(values.port);
    if (!/^\d{1,5}$/.test(values.port) || port > 65_535) {
      fail(`--port ${values.port} is not a port; expected 0 to 65535`);
    }
    const { assembly: assemblyDir, data: dataDir, 'mails-per-day': mails } = values;
    const ranges = values['private-ranges'];
    if (mails !== undefined && !/^\d{1,9}$/.test(mails)) {
      fail(`--mails-per-day ${mails} is not a number of mails; expected 0 or more`);
    }
    return {
      port,
      dataDir,
      fsync: values.fsync,
      ...(assemblyDir !== undefined && { assemblyDir }),
      ...(ranges !== undefined && { privateRanges: ranges.split(',').map((range) => range.trim()) }),
      ...(values['ses-sandbox'] && { sesAccess: 'sandbox' }),
      ...(mails !== undefined && { mailsPerDay: Number(mails) }),
    };
  } catch (error) {
    return fail(messageOf(error));
  }
}

// Everything the emulators and the synthesis write is for this user alone.
process.umask(0o077);
const settings = readArguments();
const egressAllow = process.env['TOCSIN_EGRESS_ALLOW'] ?? LOOPBACK_CIDRS;
let run: LocalRun | undefined;
let isStopping = false;

async function stop(): Promise<void> {
  // A second signal, or one before anything runs, ends the process at once.
  if (isStopping || run === undefined) process.exit(isStopping ? 1 : 0);
  isStopping = true;
  console.error('stopping…');
  await run.close();
  process.exit(0);
}
process.on('SIGINT', () => void stop());
process.on('SIGTERM', () => void stop());

/** Ends the run with one line when the disk takes no more. */
function endWithoutDisk(error: unknown): void {
  const problem = diskProblem(error, settings.dataDir);
  if (problem !== undefined) fail(problem);
}
process.on('uncaughtException', (error) => {
  endWithoutDisk(error);
  console.error(error);
  process.exit(1);
});

const onProgress = (line: string): void => {
  console.error(line);
};

let building: Promise<string | undefined> | undefined;
/** The page of the console. Its server is loaded when somebody looks; a page that takes seconds to build is there by then. */
function page(): Promise<string | undefined> {
  building ??= builtOrNone({ projectFolder: join(import.meta.dirname, '..'), onProgress });
  return building;
}

try {
  run = await startLocalRun({
    ...settings,
    egressAllow,
    onProgress,
    onError: (line) => {
      console.error(`tocsin: ${line}`);
    },
    onFault: endWithoutDisk,
    openConsole: async (of) => {
      const { openLocalConsole } = await import('../console/server/local-console.ts');
      const clock = { now: () => Date.now() };
      return openLocalConsole({ ...of, env: process.env, clock, webFolder: page() });
    },
  });
} catch (error) {
  fail(messageOf(error));
}
console.error(
  `TOCSIN_EGRESS_ALLOW is ${egressAllow}: webhooks may reach ${egressAllow === LOOPBACK_CIDRS ? 'this machine' : 'these addresses'}`,
);
console.error(`console: ${run.url}/  mail: ${run.url}/local/mail`);
console.log(`tocsin ready ${run.url}`);
void page();
