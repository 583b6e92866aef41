import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '..');
/** Modules that lie beside the code of a function: by their names in `imports` of package.json. */
const BESIDE = Object.entries(
  (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { imports: Record<string, string> })
    .imports,
);

/** The TypeScript below a folder, as paths of the repository. */
export function filesBelow(layer: string): string[] {
  return readdirSync(join(ROOT, layer), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/u.test(entry.name) && !entry.name.endsWith('.d.ts'))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)));
}

/** What a file imports: repository paths for our own files, package names for the others. */
export function importsOf(file: string): string[] {
  const source = readFileSync(join(ROOT, file), 'utf8');
  const found = source.matchAll(
    /^(?:import|export)\s[^;]*?from\s+'([^']+)'|\bimport\(\s*'([^']+)'\s*\)|^import\s+'([^']+)'/gmu,
  );
  return Array.from(found, ([, from, dynamic, bare]) => from ?? dynamic ?? bare ?? '').map((specifier) => {
    const beside = BESIDE.find(([name]) => name === specifier)?.[1];
    if (beside !== undefined) return relative(ROOT, join(ROOT, beside));
    return specifier.startsWith('.') ? relative(ROOT, resolve(ROOT, file, '..', specifier)) : specifier;
  });
}

/** All that is loaded or named when a file is, or later. */
export function reachedFrom(entry: string): Set<string> {
  const reached = new Set([entry]);
  // A set gives what is added while it is walked.
  for (const file of reached) {
    for (const imported of importsOf(file)) if (/\.tsx?$/u.test(imported)) reached.add(imported);
  }
  return reached;
}
