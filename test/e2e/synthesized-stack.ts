import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { hashInputs, synthesize } from '../../local/synthesize.ts';

const PROJECT = resolve(import.meta.dirname, '../..');
const KEPT = join(PROJECT, 'node_modules/.cache/tocsin-assemblies');
const KEPT_MS = 24 * 3_600_000;
const LOOK_EVERY_MS = 200;
const PATIENCE_MS = 120_000;

/**
 * The folder of the project's stack as `npm start` synthesizes it, once for all runs of the same sources: synthesizing costs more
 * than everything else of a start.
 *
 * @param privateRanges where private destinations may be; with them the stack has a private lane
 */
export async function synthesizedStack(privateRanges: readonly string[] = []): Promise<string> {
  const folder = join(KEPT, hashInputs(PROJECT, privateRanges));
  const maker = `${folder}.maker`;
  mkdirSync(KEPT, { recursive: true });
  // Test files begin at once: the first makes it, and the others wait for it.
  while (!existsSync(folder)) {
    if (isFirst(maker)) {
      await make(folder, privateRanges).finally(() => rmSync(maker, { force: true }));
    } else {
      await othersWork(folder, maker);
    }
  }
  return join(folder, 'cdk.out');
}

/** Until it is made or nobody makes it. The benches wait here too, and run without vitest. */
async function othersWork(folder: string, maker: string): Promise<void> {
  const endsMs = performance.now() + PATIENCE_MS;
  while (isMaking(maker) && !existsSync(folder)) {
    if (performance.now() > endsMs) throw new Error(`${folder} is not made after ${String(PATIENCE_MS)} ms`);
    await pause(LOOK_EVERY_MS);
  }
}

function isFirst(maker: string): boolean {
  try {
    writeFileSync(maker, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
}

/** Whether whoever began it still lives; the mark of one that was killed is taken away. */
function isMaking(maker: string): boolean {
  try {
    process.kill(Number(readFileSync(maker, 'utf8')), 0);
    return true;
  } catch {
    rmSync(maker, { force: true });
    return false;
  }
}

async function make(folder: string, privateRanges: readonly string[]): Promise<void> {
  // Whoever made it takes the mark away after it has its name.
  if (existsSync(folder)) return;
  removeOld();
  const own = mkdtempSync(join(KEPT, 'unfinished-'));
  await synthesize({
    projectFolder: PROJECT,
    outputFolder: join(own, 'cdk.out'),
    privateRanges,
    onProgress: () => undefined,
  });
  renameSync(own, folder);
}

/** Puts that folder where a local run with this data folder looks for it: it finds that nothing has changed. */
export async function bringSynthesizedStack(dataDir: string): Promise<void> {
  const output = join(dataDir, 'cdk.out');
  cpSync(await synthesizedStack(), output, { recursive: true });
  writeFileSync(`${output}.sha256`, hashInputs(PROJECT));
}

/** A run that has begun reads its folder for minutes, not for a day. */
function removeOld(): void {
  for (const name of readdirSync(KEPT)) {
    const folder = join(KEPT, name);
    if (Date.now() - statSync(folder).mtimeMs > KEPT_MS) rmSync(folder, { recursive: true, force: true });
  }
}
