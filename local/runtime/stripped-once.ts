import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/**
 * A module without its types, to start threads from. The stripper takes 20 MiB and 70 ms and stays, so what it made of a module is kept
 * in a folder for the next start; where the folder cannot be written, it is made each time.
 */
export function strippedOnce(module: URL, folder: string): URL {
  const source = readFileSync(module, 'utf8');
  const hash = createHash('sha256').update(source).digest('hex').slice(0, 16);
  const kept = join(folder, `${basename(fileURLToPath(module), '.ts')}-${hash}.mjs`);
  if (existsSync(kept)) return pathToFileURL(kept);
  const stripped = stripTypeScriptTypes(source);
  try {
    mkdirSync(folder, { recursive: true });
    // Another process may be starting: a file is there as a whole or not at all.
    const own = `${kept}.${String(process.pid)}`;
    writeFileSync(own, stripped);
    renameSync(own, kept);
    return pathToFileURL(kept);
  } catch {
    return new URL(`data:text/javascript,${encodeURIComponent(stripped)}`);
  }
}
