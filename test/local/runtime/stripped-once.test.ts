import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { strippedOnce } from '../../../local/runtime/stripped-once.ts';

function moduleOf(source: string) {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-stripped-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'worker.ts');
  writeFileSync(file, source);
  return { module: pathToFileURL(file), file, cache: join(folder, 'below', 'cache') };
}

const read = async (url: URL): Promise<unknown> =>
  ((await import(/* @vite-ignore */ url.href)) as { told: unknown }).told;

test('a module is stripped once, and read from where it is kept afterwards', async () => {
  const { module, cache } = moduleOf('export const told: string = "first";');
  const first = strippedOnce(module, cache);
  expect(await read(first)).toBe('first');
  expect(readdirSync(cache)).toHaveLength(1);
  writeFileSync(first, 'export const told = "kept";');
  expect(readFileSync(strippedOnce(module, cache), 'utf8')).toContain('kept');
});

test('a module that was changed is stripped again', async () => {
  const { module, file, cache } = moduleOf('export const told: number = 1;');
  strippedOnce(module, cache);
  writeFileSync(file, 'export const told: number = 2;');
  expect(await read(strippedOnce(module, cache))).toBe(2);
});

test('where nothing can be kept, it is stripped all the same', async () => {
  const { module, file } = moduleOf('export const told: number = 3;');
  expect(await read(strippedOnce(module, join(file, 'below')))).toBe(3);
});
