import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { builtWeb, hashWeb } from '../../../console/build/built-web.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
let projectFolder: string;
let lines: string[];

beforeEach(() => {
  projectFolder = mkdtempSync(join(tmpdir(), 'tocsin-web-'));
  lines = [];
  mkdirSync(join(projectFolder, 'console/web'), { recursive: true });
  mkdirSync(join(projectFolder, 'console/api'), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(projectFolder, 'node_modules'));
  cpSync(join(ROOT, 'console/web/vite.config.ts'), join(projectFolder, 'console/web/vite.config.ts'));
  write('package-lock.json', '{}');
  write('console/web/index.html', '<!doctype html><script type="module" src="./main.ts"></script>');
  write('console/web/main.ts', "import { word } from '../api/word.ts';\ndocument.title = word;\n");
  write('console/api/word.ts', "export const word = 'first word';\n");
});
afterEach(() => {
  rmSync(projectFolder, { recursive: true, force: true });
});

function write(path: string, text: string): void {
  writeFileSync(join(projectFolder, path), text);
}

const build = () => builtWeb({ projectFolder, onProgress: (line) => lines.push(line) });
const scriptOf = (folder: string) =>
  readFileSync(join(folder, 'assets', readdirSync(join(folder, 'assets'))[0] ?? ''), 'utf8');

it('builds once, and again when its source has changed; only the last build stays', async () => {
  const [first, same] = await Promise.all([build(), build()]);
  expect(same).toBe(first);
  expect(scriptOf(first)).toContain('first word');
  const said = lines.length;
  expect(await build()).toBe(first);
  expect(lines).toHaveLength(said);

  write('console/api/word.ts', "export const word = 'second word';\n");
  const second = await build();
  expect(scriptOf(second)).toContain('second word');
  expect(existsSync(first)).toBe(false);
  expect(readdirSync(join(projectFolder, 'console/.built'))).toHaveLength(1);
});

it.each(['package-lock.json', 'console/api/word.ts', 'console/web/new.ts'])(
  'is stale when %s is new',
  (path) => {
    const before = hashWeb(projectFolder);
    write(path, 'export const other = 1;\n');
    expect(hashWeb(projectFolder)).not.toBe(before);
  },
);

it('says what is wrong with a source that cannot be built, and leaves nothing behind', async () => {
  write('console/web/main.ts', 'export const = ;\n');
  await expect(build()).rejects.toThrow(/^building the console failed: .*error/iu);
  expect(readdirSync(join(projectFolder, 'console/.built'))).toEqual([]);
});
