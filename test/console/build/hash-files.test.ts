import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hashFiles } from '../../../console/build/hash-files.ts';

let root: string;
const hash = (folder = 'project') => hashFiles(join(root, folder), ['source', 'lock.json', 'not-there']);
const write = (path: string, text: string) => writeFileSync(join(root, 'project', path), text);

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tocsin-hash-'));
  mkdirSync(join(root, 'project', 'source', 'deep'), { recursive: true });
  write('source/deep/one.ts', 'one');
  write('source/two.ts', 'two');
  write('lock.json', '{}');
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

test('a digest is of names and contents, not of dates or of the place', () => {
  const first = hash();
  utimesSync(join(root, 'project/source/two.ts'), 1, 1);
  cpSync(join(root, 'project'), join(root, 'copy'), { recursive: true });
  expect([hash(), hash('copy')]).toEqual([first, first]);
});

test.each<[string, () => void]>([
  ['a file of a folder', () => write('source/deep/one.ts', 'other')],
  ['a file that is named', () => write('lock.json', '{ }')],
  ['a name', () => renameSync(join(root, 'project/source/two.ts'), join(root, 'project/source/three.ts'))],
  ['what was not there', () => write('not-there', '')],
  // The end of one file and the begin of the next are not one text.
  ['where one ends', () => (write('source/deep/one.ts', 'on'), write('source/two.ts', 'etwo'))],
])('another digest follows from %s', (_, change) => {
  const before = hash();
  change();
  expect(hash()).not.toBe(before);
});

test('what is not among the inputs does not count', () => {
  const before = hash();
  write('other.ts', 'x');
  expect(hash()).toBe(before);
});
