import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { hashInputs, synthesize } from '../../local/synthesize.ts';

const PROJECT = resolve(import.meta.dirname, '../..');
const KEPT = join(PROJECT, 'node_modules/.cache/tocsin-assemblies');
const KEPT_MS = 24 * 3_600_000;

/**
 * The folder of the project's stack as `npm start` synthesizes it, once for all runs of the same sources: synthesizing costs more
 * than everything else of a start.
 *
 * @param privateRanges where private destinations may be; with them the stack has a private lane
 */
export async function synthesizedStack(privateRanges: readonly string[] = []): Promise<string> {
  const folder = join(KEPT, hashInputs(PROJECT, privateRanges));
  if (!existsSync(folder)) {
    mkdirSync(KEPT, { recursive: true });
    removeOld();
    // Two tests may begin at once: each writes a folder of its own, and the first that is whole takes the name.
    const own = mkdtempSync(join(KEPT, 'unfinished-'));
    await synthesize({
      projectFolder: PROJECT,
      outputFolder: join(own, 'cdk.out'),
      privateRanges,
      onProgress: () => undefined,
    });
    takeName(own, folder);
  }
  return join(folder, 'cdk.out');
}

/** Puts that folder where a local run with this data folder looks for it: it finds that nothing has changed. */
export async function bringSynthesizedStack(dataDir: string): Promise<void> {
  const output = join(dataDir, 'cdk.out');
  cpSync(await synthesizedStack(), output, { recursive: true });
  writeFileSync(`${output}.sha256`, hashInputs(PROJECT));
}

function takeName(own: string, folder: string): void {
  try {
    renameSync(own, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
    rmSync(own, { recursive: true });
  }
}

/** A run that has begun reads its folder for minutes, not for a day. */
function removeOld(): void {
  for (const name of readdirSync(KEPT)) {
    const folder = join(KEPT, name);
    if (Date.now() - statSync(folder).mtimeMs > KEPT_MS) rmSync(folder, { recursive: true, force: true });
  }
}
