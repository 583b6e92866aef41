/** Row 6: CPU from the start of the process to the end of the first request, over that of a bare Node process. */
import { spawnSync } from 'node:child_process';
import { writeBundle } from './bundles.ts';
import { invokeIngest, startAwsStub } from './ingest-process.ts';
import { median, verdict } from './verdict.ts';

const SHIP = 4.4;
const ROUNDS = 9;
const aws = await startAwsStub();
const bundle = writeBundle('ingest');

function bareNodeUs(): number {
  const script = 'const { user, system } = process.cpuUsage(); process.stderr.write(String(user + system))';
  return Number(spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' }).stderr);
}

const rounds = Array.from({ length: ROUNDS }, () => {
  const denominator = bareNodeUs();
  const numerator = invokeIngest(bundle, aws.url, { alerts: 1, warm: 0, requests: 1 }).processCpuUs;
  return { ratio: numerator / denominator, numerator, denominator };
});
aws.stop();
const ratio = median(rounds.map((round) => round.ratio));
const ms = (name: 'numerator' | 'denominator'): string =>
  (median(rounds.map((round) => round[name])) / 1000).toFixed(0);
console.log(`${ms('numerator')} / ${ms('denominator')} ms CPU`);
verdict('row 6: CPU to the end of the first request / a bare Node process', ratio, SHIP);
