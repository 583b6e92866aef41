import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { memoryGateway } from '../cli/memory-gateway.ts';
import { run } from '../cli/run.ts';

const PAGE = readFileSync(new URL('../../docs/configuration-as-code.md', import.meta.url), 'utf8');
const [FILE = '', WORKFLOW = ''] = [...PAGE.matchAll(/^```yaml\n([\s\S]*?)^```$/gmu)].map(
  ([, text = '']) => text,
);
const ENV = { SIEM_TOKEN: 'sixteen-characters-and-more', ARCHIVE_KEY: 'a key' };

const folder = mkdtempSync(join(tmpdir(), 'tocsin-docs-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A command of the page, on the file that the page shows. */
async function follow(line: string, gateway = memoryGateway()) {
  const path = join(folder, 'tocsin.yml');
  writeFileSync(path, FILE);
  const argv = line.replace(/ > .*$/u, '').split(' ');
  return run(
    argv.map((word) => (word === 'tocsin.yml' ? path : word)),
    { gateway, env: ENV },
  );
}

const commandsIn = (text: string) =>
  [...text.matchAll(/npx tocsin ([^`\n]*)$/gmu)].map(([, line = '']) => line);

it.each([...new Set(commandsIn(PAGE))])('the page is right that this can be run: %s', async (line) => {
  const gateway = memoryGateway();
  // What the page asks about is there.
  if (line.startsWith('history')) await follow('apply tocsin.yml', gateway);
  const { code, stderr } = await follow(line, gateway);
  expect(`${code} ${stderr}`).toBe('0 ');
});

it('the file of the page is what an export of it says, but for defaults and secrets', async () => {
  const gateway = memoryGateway();
  expect((await follow('apply tocsin.yml', gateway)).stdout).toContain(
    'Applied: 6 added, 1 changed, 0 deleted.',
  );
  expect((await follow('apply tocsin.yml --dry-run', gateway)).stdout).toBe('No changes.\n');
  const { stdout } = await follow('export', gateway);
  const exported = parse(stdout) as Record<string, object>;
  expect(Object.keys(exported)).toEqual(Object.keys(parse(FILE) as object));
  for (const secret of Object.values(ENV)) expect(stdout).not.toContain(secret);
});

it('the workflow of the page is one, plans before it applies, and gives every variable that the file names', () => {
  const { jobs } = parse(WORKFLOW) as {
    jobs: Record<string, { env: object; steps: { run?: string; if?: string }[] }>;
  };
  const [job] = Object.values(jobs);
  const lines = job?.steps.flatMap(({ run: line }) => (line === undefined ? [] : [line])) ?? [];
  expect(lines).toEqual(['npm ci', ...commandsIn(WORKFLOW).map((line) => `npx tocsin ${line}`)]);
  expect(Object.keys(job?.env ?? {})).toEqual(expect.arrayContaining(Object.keys(ENV)));
});
