import { spawnSync } from 'node:child_process';
import { ENVIRONMENT } from '../functions/core/model/config/environment.ts';
import { writeBundle } from './bundles.ts';

/** Set where something is opened or added, and ranges of addresses, which are read at the start. */
const LEFT_OUT: readonly string[] = [ENVIRONMENT.egressAllow, ENVIRONMENT.privateRanges];

/** CPU microseconds of a fresh process that loads a function and ends, with AWS at `awsUrl`, which nobody calls. */
export function startOf(name: string): (awsUrl: string) => number {
  const bundle = writeBundle(name);
  const script = `require(${JSON.stringify(bundle)}); const { user, system } = process.cpuUsage(); process.stderr.write(String(user + system)); process.exit(0)`;
  return (awsUrl) => {
    const { stderr } = spawnSync(process.execPath, ['-e', script], {
      encoding: 'utf8',
      env: {
        PATH: process.env['PATH'],
        AWS_REGION: 'eu-central-1',
        AWS_ENDPOINT_URL: awsUrl,
        ...variables(awsUrl),
      },
    });
    const us = Number(stderr);
    if (!(us > 0)) throw new Error(`${name} does not start: ${stderr}`);
    return us;
  };
}

function variables(awsUrl: string): Record<string, string> {
  const value = (name: string): string => {
    if (name.endsWith('_URL')) return `${awsUrl}/000000000000/bench`;
    return name === ENVIRONMENT.retentionDays ? '90' : 'bench';
  };
  return Object.fromEntries(
    Object.values(ENVIRONMENT)
      .filter((name) => !LEFT_OUT.includes(name))
      .map((name) => [name, value(name)]),
  );
}
