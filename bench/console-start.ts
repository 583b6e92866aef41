import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { emulatedGateway } from '../test/cli/emulated-gateway.ts';
import { sizes } from './sizes.ts';
import { median, verdict } from './verdict.ts';

/**
 * From `tocsin console` to the answer with the first page, of a console whose page is built, beside the emulators of the local
 * run. The first start builds what is stale and is not counted.
 */
const { rounds: ROUNDS } = sizes({
  rounds: { usual: 5, smallest: 1 },
});
const TARGET_MS = 1_000;
const PROGRAM = fileURLToPath(new URL('../cli/bin.mjs', import.meta.url));

const gateway = await emulatedGateway();
try {
  await startMs();
  const taken: number[] = [];
  for (let round = 1; round <= ROUNDS; round += 1) taken.push(await startMs());
  console.log(`starts: ${taken.map((ms) => ms.toFixed(0)).join(', ')} ms`);
  verdict('console: ms from the command to its first page', median(taken), TARGET_MS);
} finally {
  await gateway.close();
}

async function startMs(): Promise<number> {
  const started = performance.now();
  const argv = [PROGRAM, '--data', gateway.data, 'console', '--port', '0', '--json'];
  const child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [printed] = (await once(child.stdout, 'data')) as [Buffer];
    const { url } = JSON.parse(printed.toString()) as { url: string };
    const { status } = await fetch(url);
    if (status !== 200) throw new Error(`the console answered ${String(status)}`);
    return performance.now() - started;
  } finally {
    child.kill('SIGTERM');
    if (child.exitCode === null) await once(child, 'exit');
  }
}
