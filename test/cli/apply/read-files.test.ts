import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfigTexts } from '../../../cli/apply/read-files.ts';
import { memoryGateway } from '../memory-gateway.ts';
import { run } from '../run.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tocsin-files-'));
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

const problemsOf = (text: string) =>
  readConfigTexts([{ file: 'a.yml', text }], ['sources', 'destinations', 'routes']).problems.map(
    ({ line, column, path, message }) => `${line}:${column}: ${path}: ${message}`,
  );

describe('a configuration file', () => {
  it('of a newer version says only that', () => {
    expect(problemsOf('apiVersion: tocsin/v2\nfindings: {a: {}}\nsources: [b]')).toEqual([
      '1:13: apiVersion: "tocsin/v2" is not known; this version of Tocsin reads tocsin/v1',
    ]);
  });

  it.each([
    ['apiversion: tocsin/v1', '1:1: apiversion: unknown field; did you mean apiVersion?'],
    ['apiVersion: tocsin/v1\nsource: {}', '2:1: source: unknown field; did you mean sources?'],
    [
      'apiVersion: tocsin/v1\nsources:\n  "a b": {}\n  c: {}\n  "a b": {}',
      '5:3: : "a b" is there twice in one map',
    ],
  ])('%j is told what was probably meant, or which is meant', (text, words) => {
    expect(problemsOf(text).join('\n')).toContain(words);
  });
});

describe('the files of apply', () => {
  it('that cannot be read are named, all of them, in words', async () => {
    const utf16 = join(folder, 'powershell.yml');
    await writeFile(utf16, Buffer.from('\uFEFFapiVersion: tocsin/v1', 'utf16le'));
    const argv = ['apply', join(folder, 'gone.yml'), folder, utf16];
    const { code, stderr } = await run(argv, { gateway: memoryGateway() });
    expect(code).toBe(1);
    expect(stderr.replaceAll(folder, 'F')).toBe(
      [
        'error: F/gone.yml is not there',
        'error: F is a folder; name the files in it',
        'error: F/powershell.yml is no text in UTF-8; save it as UTF-8',
        '',
      ].join('\n'),
    );
  });

  it.each([
    [['destination', 'show', 'on-cal'], 'did you mean "on-call"?'],
    [['destination', 'delete', 'oncall'], 'did you mean "on-call"?'],
    [['route', 'create', '--name', 'r', '--to', 'On-Call,siem'], 'did you mean "on-call"?'],
    [['alerts', 'list', '--severity', 'hihg'], 'did you mean high?'],
  ])('and the names of commands: %j', async (argv, words) => {
    const gateway = memoryGateway();
    await run(['destination', 'create', 'email', '--name', 'on-call', '--to', 'a@example.com'], { gateway });
    const { code, stderr } = await run(argv, { gateway });
    expect(code).not.toBe(0);
    expect(stderr).toContain(words);
  });
});
