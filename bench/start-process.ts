import { spawnSync } from 'node:child_process';
import { writeBundle } from './bundles.ts';
import { functionEnvironment } from './function-environment.ts';

/** CPU microseconds of a fresh process that loads a function and ends, with AWS at `awsUrl`, which nobody calls. */
export function startOf(name: string): (awsUrl: string) => number {
  const bundle = writeBundle(name);
  const script = `require(${JSON.stringify(bundle)}); const { user, system } = process.cpuUsage(); process.stderr.write(String(user + system)); process.exit(0)`;
  return (awsUrl) => {
    const env = functionEnvironment(awsUrl);
    const { stderr } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8', env });
    const us = Number(stderr);
    if (!(us > 0)) throw new Error(`${name} does not start: ${stderr}`);
    return us;
  };
}
