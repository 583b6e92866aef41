import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { writeScript } from './bundles.ts';
import { functionEnvironment, TLS_LOADED } from './function-environment.ts';

export type CpuTimes = { cpuUs: number; processCpuUs: number };

/** Starts the cheap AWS; `stop` ends it. */
export async function startAwsStub(): Promise<{ url: string; stop: () => void }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'aws-stub.ts')]);
  const url = await new Promise<string>((resolve) => {
    child.stdout.setEncoding('utf8').once('data', (text: string) => {
      resolve(text.trim());
    });
  });
  return { url, stop: () => child.kill() };
}

let invoker: string | undefined;

/**
 * Runs a bundle in a fresh process with what Lambda would give it.
 *
 * The cheap AWS speaks plain HTTP; `isTlsLoaded` has Node read its root certificates all the same, as for AWS itself.
 */
export function invokeIngest(
  bundle: string,
  awsUrl: string,
  {
    alerts,
    warm,
    requests,
    isTlsLoaded = false,
  }: { alerts: number; warm: number; requests: number; isTlsLoaded?: boolean },
): CpuTimes {
  invoker ??= writeScript('invoke-ingest');
  const { stderr, status } = spawnSync(
    process.execPath,
    [...(isTlsLoaded ? TLS_LOADED : []), invoker, bundle, ...[alerts, warm, requests].map(String)],
    {
      encoding: 'utf8',
      env: functionEnvironment(awsUrl),
    },
  );
  const line = stderr.trim().split('\n').at(-1) ?? '';
  if (status !== 0 || !line.startsWith('{"cpuUs"')) throw new Error(stderr);
  return JSON.parse(line) as CpuTimes;
}
