import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { PACKS } from '../../cli/pack/packs.ts';
import { memoryGateway } from '../cli/memory-gateway.ts';
import { run } from '../cli/run.ts';

const PAGE = readFileSync(new URL('../../docs/packs.md', import.meta.url), 'utf8');

it('the page is right that its commands run, one after the other', async () => {
  const lines = [...PAGE.matchAll(/^npx tocsin (.*)$/gmu)].map(([, line = '']) => line);
  expect(lines.length).toBeGreaterThan(5);
  const gateway = memoryGateway();
  await run(['destination', 'create', 'email', '--name', 'oncall', '--to', 'ana@example.com'], { gateway });
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-packs-'));
  try {
    for (const line of lines) {
      const [command = '', file] = line.split(' > ');
      const argv = command.split(' ').map((word) => (word.endsWith('.yml') ? join(folder, word) : word));
      const { code, stdout, stderr } = await run(argv, { gateway });
      expect(`${line}: ${code} ${stderr}`).toBe(`${line}: 0 `);
      if (file !== undefined) writeFileSync(join(folder, file), stdout);
      if (command.startsWith('apply')) expect(stdout).toBe('No changes.\n');
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('the page names each pack, and the page of its sender', () => {
  const rows = [...PAGE.matchAll(/^\| `([a-z-]+)` \|.*\(sources\/([a-z-]+)\.md\) \|$/gmu)];
  expect(rows.map(([, name, page]) => [name, page])).toEqual(PACKS.map(({ name, page }) => [name, page]));
});
