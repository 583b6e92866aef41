import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { aRoutedAlert, anAlert } from '../cli/records.ts';
import { memoryGateway } from '../cli/memory-gateway.ts';
import { run } from '../cli/run.ts';
import type { Source } from '../../functions/core/model/config/source.ts';

it('every command of docs/sources/health.md works, in its order', async () => {
  const page = await readFile(new URL('../../docs/sources/health.md', import.meta.url), 'utf8');
  const commands = [...page.matchAll(/^npx tocsin (.*)$/gmu)].map(([, command = '']) =>
    [...command.matchAll(/'([^']*)'|(\S+)/gu)].map(([, quoted, plain]) => quoted ?? plain ?? ''),
  );
  expect(commands.length).toBeGreaterThan(8);
  const folder = await mkdtemp(join(tmpdir(), 'tocsin-docs-'));
  const schema = join(folder, 'waf.schema.json');
  await writeFile(schema, '{"required": ["title"]}');
  const gateway = memoryGateway();
  await run(['source', 'create', '--name', 'waf'], { gateway });
  const source = [...gateway.kept.config.source.values()][0] as Source;
  const alert = anAlert({ source: { id: source.id, name: 'waf', format: 'generic' } });
  gateway.kept.alerts.set(alert.id, aRoutedAlert(alert));
  for (const command of commands) {
    const ran = await run(
      command.map((word) => word.replace('waf.schema.json', schema)),
      { gateway, fetch: async () => new Response('{}', { status: 202 }) },
    );
    expect({ command, ...ran }).toMatchObject({ code: 0, stderr: '' });
  }
  await rm(folder, { recursive: true });
});
