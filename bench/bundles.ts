import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { BUNDLE_SETTINGS, bundleFunctions, PROJECT_ROOT } from '../cdk/constructs/bundle-functions.ts';

/** The names of the functions: what `ls functions` shows. */
export function functionNames(): string[] {
  return readdirSync(join(PROJECT_ROOT, 'functions'))
    .filter((name) => name.endsWith('.ts'))
    .map((name) => name.slice(0, -'.ts'.length));
}

/** Writes a function's deployed code to a folder of its own; gives the path of its bundle. */
export function writeBundle(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-bench-'));
  for (const [file, contents] of bundleFunctions([name]).get(name) ?? []) {
    writeFileSync(join(folder, file), contents);
  }
  return join(folder, 'index.cjs');
}

/** A script of this folder as plain JavaScript: stripping its types would cost a cold start more than the function does. */
export function writeScript(name: string): string {
  const [output] = buildSync({
    absWorkingDir: PROJECT_ROOT,
    entryPoints: [`./bench/${name}.ts`],
    write: false,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
  }).outputFiles;
  return write(name, output?.contents ?? new Uint8Array());
}

/** The minimum, bundled as the functions are, with the whole of the SDK but its credential chain. */
export function writeMinimum(): string {
  const [output] = buildSync({
    ...BUNDLE_SETTINGS,
    entryPoints: ['./bench/minimum-ingest.ts'],
  }).outputFiles;
  return write('minimum', output?.contents ?? new Uint8Array());
}

function write(name: string, bytes: Uint8Array): string {
  const path = join(mkdtempSync(join(tmpdir(), 'tocsin-bench-')), `${name}.cjs`);
  writeFileSync(path, bytes);
  return path;
}
