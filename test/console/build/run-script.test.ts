import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { runScript } from '../../../console/build/run-script.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'tocsin-script-')));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const run = async (code: string) => {
  writeFileSync(join(folder, 'script.cjs'), code);
  return runScript(['script.cjs'], { folder, env: { A_WORD: 'said' } });
};

test('a script runs in its folder with what it is given beside the environment', async () => {
  const ended = await run(
    "require('fs').writeFileSync('out', [process.cwd(), process.env.A_WORD, typeof process.env.PATH].join(' '))",
  );
  expect(ended.isDone).toBe(true);
  expect(readFileSync(join(folder, 'out'), 'utf8')).toBe(`${folder} said string`);
});

test('what it says on standard error is told by the line, and nothing else', async () => {
  expect(await run("console.log('noise'); console.error('  first\\nsecond'); process.exit(3)")).toEqual({
    isDone: false,
    complaints: ['first', 'second', ''],
  });
});

test('one that cannot be started has ended', async () => {
  const { isDone, complaints } = await runScript([], { folder: join(folder, 'not-there'), env: {} });
  expect({ isDone, said: complaints.join(' ') }).toEqual({
    isDone: false,
    said: expect.stringContaining('ENOENT') as string,
  });
});
