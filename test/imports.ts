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

/** Each circle once, as its files in the order of the imports. */
export function circlesAmong(files: readonly string[]): string[] {
  const done = new Set<string>();
  const circles: string[] = [];
  function visit(file: string, path: readonly string[]): void {
    const begin = path.indexOf(file);
    if (begin !== -1) circles.push([...path.slice(begin), file].join(' -> '));
    if (begin !== -1 || done.has(file)) return;
    for (const imported of importsOf(file)) if (files.includes(imported)) visit(imported, [...path, file]);
    done.add(file);
  }
  for (const file of files) visit(file, []);
  return circles;
}

/** `path name` of everything that a file takes from another one; of a type as of a value. */
export function namesImportedBy(file: string): string[] {
  const source = readFileSync(join(ROOT, file), 'utf8');
  const named = source.matchAll(/^(?:import|export)\s+(?:type\s+)?\{([^}]*)\}\s+from\s+'(\.[^']+)'/gmu);
  const later = source.matchAll(/\{([^{}]*)\}\s*=\s*await import\(\s*'(\.[^']+)'/gu);
  const atOnce = Array.from(
    source.matchAll(/\(await import\(\s*'(\.[^']+)'\s*\)\)\.(\w+)/gu),
    ([all, from = '', name = '']) => [all, name, from],
  );
  return [...named, ...later, ...atOnce].flatMap(([, names = '', from = '']) =>
    names
      .split(',')
      .map(
        (name) =>
          name
            .replace(/^\s*type\s+/u, '')
            .trim()
            .split(' as ')[0],
      )
      .filter((name) => name !== '')
      .map((name) => `${relative(ROOT, resolve(ROOT, file, '..', from))} ${name}`),
  );
}

export function namesExportedBy(file: string): string[] {
  const source = readFileSync(join(ROOT, file), 'utf8');
  const declared = source.matchAll(
    /^export\s+(?:declare\s+)?(?:async\s+)?(?:function\*?|const|class|type|let)\s+(\w+)/gmu,
  );
  return Array.from(declared, ([, name = '']) => name);
}
