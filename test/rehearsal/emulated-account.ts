import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync, globSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const MINISTACK = 'ministack==1.5.33';
const CFN_LINT = 'cfn-lint==1.58.0';

const WORKER = 'core/lambda_runtime.py';

/**
 * What it does otherwise than AWS, and we need. The loader of AWS tries "", .js, .mjs and .cjs, this one knows no .cjs. It
 * sends what is meant for `https://localhost`, whatever the port, to itself without TLS. It refuses alarms on an
 * expression; nothing here measures, so it takes them for alarms on a metric. It gives a table of a second stack the name of
 * one that was kept, and empties it so: AWS draws a name, as this one does for buckets. A secret of a stack takes the place of
 * one that is there under its name: AWS refuses it. It says of an address that SES never
 * heard of that it is pending; AWS leaves it out.
 */
const CURES = [
  {
    file: WORKER,
    from: `            const mjsPath = fullPath + ".mjs";
            if (fs.existsSync(mjsPath)) {`,
    to: `            const mjsPath = [".mjs", ".cjs"].map((end) => fullPath + end).find((one) => fs.existsSync(one));
            if (mjsPath !== undefined) {`,
  },
  {
    file: WORKER,
    from: `    if (host === "127.0.0.1" || host === "localhost" || host === msHost
        || (advertised && host === advertised)) {`,
    to: `    if ((!options.port || ["443", String(msPort)].includes(String(options.port))) && (host === "127.0.0.1" || host === "localhost" || host === msHost
        || (advertised && host === advertised))) {`,
  },
  {
    file: 'services/cloudformation/provisioners.py',
    from: `    if props.get("Metrics"):
        raise ValueError(
            "AWS::CloudWatch::Alarm Properties.Metrics (metric math) is not supported; "
            "use MetricName and Namespace."
        )
`,
    to: `    if props.get("Metrics"):
        props = {**props, "MetricName": "Expression", "Namespace": "Math"}
`,
  },
  {
    file: 'services/cloudformation/provisioners.py',
    from: `def _ddb_create(logical_id, props, stack_name):
`,
    to: `def _ddb_create(logical_id, props, stack_name):
    if not props.get("TableName") and not _NAME_SEED.get():
        _NAME_SEED.set(new_uuid()[:8])
`,
  },
  {
    file: 'services/cloudformation/provisioners.py',
    from: `def _sm_secret_create(logical_id, props, stack_name):
    name = props.get("Name") or _physical_name(stack_name, logical_id)
`,
    to: `def _sm_secret_create(logical_id, props, stack_name):
    name = props.get("Name") or _physical_name(stack_name, logical_id)
    if name in _sm._secrets:
        raise ValueError(f"The operation failed because the secret {name} already exists.")
`,
  },
  {
    file: 'services/ses.py',
    from: `        status = info["VerificationStatus"] if info else "Pending"
        entries += (f"<entry><key>{identity}</key>"
                    f"<value><VerificationStatus>{status}"
`,
    to: `        if info is None:
            continue
        status = info["VerificationStatus"]
        entries += (f"<entry><key>{identity}</key>"
                    f"<value><VerificationStatus>{status}"
`,
  },
];

export type EmulatedAccount = {
  url: string;
  /** What a command needs to work on this account, and on no other. */
  env: NodeJS.ProcessEnv;
  stop(): Promise<void>;
};

/** Installs the emulator and cfn-lint below the folder; what kept it from that, in words, where it did. */
export function installEmulator(folder: string): { python: string } | { skipped: string } {
  const python = join(folder, 'venv', 'bin', 'python');
  if (!existsSync(python)) {
    const made = spawnSync('python3', ['-m', 'venv', join(folder, 'venv')], { encoding: 'utf8' });
    if (made.status !== 0) return { skipped: 'there is no Python with venv here' };
  }
  const installed = spawnSync(python, ['-m', 'pip', 'install', '--quiet', MINISTACK, CFN_LINT], {
    encoding: 'utf8',
  });
  if (installed.status !== 0)
    return { skipped: `Python's registry does not give ${MINISTACK} and ${CFN_LINT}` };
  const [code] = globSync(join(folder, 'venv/lib/*/site-packages/ministack'));
  if (code === undefined) throw new Error(`${MINISTACK} was installed, and is not there`);
  for (const cure of CURES) apply(join(code, cure.file), cure);
  return { python };
}

function apply(path: string, { from, to }: { from: string; to: string }): void {
  const text = readFileSync(path, 'utf8');
  if (text.includes(to)) return;
  if (!text.includes(from)) throw new Error(`${path} is not as it was in ${MINISTACK}: no ${from}`);
  writeFileSync(
    path,
    text.replace(from, () => to),
  );
}

/** An account of its own on loopback. */
export async function startEmulatedAccount(
  python: string,
  { folder, egressAllow }: { folder: string; egressAllow: string },
): Promise<EmulatedAccount> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const log = openSync(join(folder, 'emulator.log'), 'w');
  const child = spawn(python, ['-m', 'ministack'], {
    cwd: folder,
    stdio: ['ignore', log, log],
    env: {
      // The Node that runs this runs the functions.
      PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
      HOME: folder,
      BIND_HOST: '127.0.0.1',
      GATEWAY_PORT: String(port),
      MINISTACK_REGION: 'eu-central-1',
      MINISTACK_HOST: 'localhost',
      TOCSIN_EGRESS_ALLOW: egressAllow,
    },
  });
  await untilReady(url, child);
  return {
    url,
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      AWS_ENDPOINT_URL: url,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: 'eu-central-1',
      AWS_DEFAULT_REGION: 'eu-central-1',
      CDK_DISABLE_CLI_TELEMETRY: 'true',
      CDK_DISABLE_VERSION_CHECK: '1',
      CDK_VALIDATION: 'false',
    },
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await ended;
      clearTimeout(late);
    },
  };
}

async function untilReady(url: string, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 240; tries += 1) {
    if (child.exitCode !== null) break;
    const isReady = await fetch(`${url}/_ministack/health`).then(
      (response) => response.ok,
      () => false,
    );
    if (isReady) return;
    await wait(500);
  }
  throw new Error('the emulator did not start; see emulator.log');
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}
