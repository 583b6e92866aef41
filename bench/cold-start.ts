/**
 * Row 6: CPU from the start of the process to the end of the first call, over that of a bare Node process: of ingest, and of each
 * other function on the way of an alert or by the clock; and to the end of the start alone.
 */
import { spawnSync } from 'node:child_process';
import { functionNames, writeBundle } from './bundles.ts';
import { openFirstCalls } from './first-calls.ts';
import { invokeIngest, startAwsStub } from './ingest-process.ts';
import { startOf } from './start-process.ts';
import { sizes } from './sizes.ts';
import { median, verdict } from './verdict.ts';

const SHIP = 4.4;
const { rounds: ROUNDS, roundsOfAFunction: ROUNDS_OF_A_FUNCTION } = sizes({
  rounds: { usual: 9, smallest: 1 },
  roundsOfAFunction: { usual: 5, smallest: 1 },
});

function bareNodeUs(): number {
  const script = 'const { user, system } = process.cpuUsage(); process.stderr.write(String(user + system))';
  return Number(spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' }).stderr);
}

/** The median of the ratios of rounds, each beside a denominator of its own. */
function inTurn(what: string, rounds: number, measureUs: () => number): number {
  const measured = Array.from({ length: rounds }, () => {
    const denominator = bareNodeUs();
    const numerator = measureUs();
    return { ratio: numerator / denominator, numerator, denominator };
  });
  const ratio = median(measured.map((round) => round.ratio));
  const ms = (name: 'numerator' | 'denominator'): string =>
    (median(measured.map((round) => round[name])) / 1000).toFixed(0);
  console.log(`${what}: ${ratio.toFixed(2)} (${ms('numerator')} / ${ms('denominator')} ms CPU)`);
  return ratio;
}

for (const name of functionNames()) {
  const start = startOf(name);
  inTurn(`start of ${name}`, ROUNDS_OF_A_FUNCTION, () => start('https://127.0.0.1'));
}
const aws = await startAwsStub();
const ingest = writeBundle('ingest');
const first = { alerts: 1, warm: 0, requests: 1 };
inTurn(
  'first request to ingest, without TLS as in the local run',
  ROUNDS,
  () => invokeIngest(ingest, aws.url, first).processCpuUs,
);
const ratio = inTurn(
  'first request to ingest, with TLS loaded as on AWS',
  ROUNDS,
  () => invokeIngest(ingest, aws.url, { ...first, isTlsLoaded: true }).processCpuUs,
);
aws.stop();
verdict('row 6: CPU to the end of the first request / a bare Node process', ratio, SHIP);
await firstCalls();

type Measured = { ratio: number; ms: number; awsCalls: number };

/** Of each function, one after the other in each round; the round before the first that counts fills the table. */
async function firstCalls(): Promise<void> {
  const functions = await openFirstCalls();
  const missing = functionNames().filter((name) => !functions.names.includes(name));
  if (missing.length > 0) throw new Error(`there is no first call of ${missing.join(', ')}`);
  const rounds: Map<string, Measured>[] = [];
  try {
    for (let round = 0; round <= ROUNDS_OF_A_FUNCTION; round += 1) {
      const measured = new Map<string, Measured>();
      for (const name of functions.names) {
        const denominator = bareNodeUs();
        const { cpuUs, awsCalls } = await functions.call(name);
        measured.set(name, { ratio: cpuUs / denominator, ms: cpuUs / 1_000, awsCalls });
      }
      if (round > 0) rounds.push(measured);
    }
  } finally {
    await functions.close();
  }
  for (const name of functions.names) {
    const of = (what: keyof Measured) => median(rounds.map((round) => round.get(name)?.[what] ?? Number.NaN));
    const calls = `${String(of('awsCalls'))} calls of AWS`;
    console.log(`first call of ${name}: ${of('ratio').toFixed(2)} (${of('ms').toFixed(0)} ms CPU), ${calls}`);
  }
}
