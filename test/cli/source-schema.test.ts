import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Source } from '../../functions/core/model/config/source.ts';
import { memoryGateway, type MemoryGateway } from './memory-gateway.ts';
import { run } from './run.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tocsin-schema-'));
  await writeFile(join(folder, 'one.json'), '{"required": ["host"]}');
  await writeFile(join(folder, 'two.json'), '{"required": ["user"]}');
  await writeFile(join(folder, 'foreign.json'), '{"$ref": "https://example.com/x.json"}');
  await writeFile(join(folder, 'future.json'), '{"$schema": "https://json-schema.org/draft/2099/schema"}');
  await writeFile(join(folder, 'text.txt'), 'required: host');
  await writeFile(join(folder, 'list.json'), '[]');
  await writeFile(join(folder, 'type.json'), '{"properties": {"host": {"type": "sring"}}}');
});
afterAll(async () => rm(folder, { recursive: true }));

const file = (name: string) => join(folder, name);
const sourceOf = (gateway: MemoryGateway) => [...gateway.kept.config.source.values()][0] as Source;

describe('the schemas of a source', () => {
  it('are read from files, kept with the source, and shown', async () => {
    const gateway = memoryGateway();
    const argv = ['source', 'create', '--name', 'waf', '--schema', file('one.json')];
    const ran = await run([...argv, '--schema', file('two.json'), '--strict'], { gateway });
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(sourceOf(gateway).schemas).toEqual({
      documents: ['{"required":["host"]}', '{"required":["user"]}'],
      isStrict: true,
    });
    const shown = (await run(['source', 'show', 'waf', '--json'], { gateway })).json();
    expect(shown).toMatchObject({
      schemas: [{ required: ['host'] }, { required: ['user'] }],
      is_strict: true,
    });
    expect((await run(['source', 'show', 'waf'], { gateway })).stdout).toContain('one of 2');
  });

  it('change with update, and stay when something else does', async () => {
    const gateway = memoryGateway();
    await run(['source', 'create', '--name', 'waf', '--schema', file('one.json')], { gateway });
    const update = async (...argv: string[]) => {
      expect(await run(['source', 'update', 'waf', ...argv], { gateway })).toMatchObject({
        code: 0,
        stderr: '',
      });
      return sourceOf(gateway).schemas;
    };
    const one = '{"required":["host"]}';
    expect(await update('--strict')).toEqual({ documents: [one], isStrict: true });
    expect(await update('--rate-limit', '10')).toEqual({ documents: [one], isStrict: true });
    expect((await update('--schema', file('two.json')))?.documents).toEqual(['{"required":["user"]}']);
    expect((await update('--no-strict'))?.isStrict).toBe(false);
    expect(await update('--no-schema')).toBeUndefined();
  });

  it.each([
    ['missing.json', /cannot be read \(ENOENT\)/],
    ['text.txt', /is not JSON/],
    ['list.json', /is not an object/],
    ['type.json', /#\/properties\/host\/type "sring" is not known; expected one of null, boolean/],
    ['foreign.json', /not fetched/],
    ['future.json', /\$schema .* is not known/],
  ])('are refused when they are %s', async (name, message) => {
    const gateway = memoryGateway();
    const ran = await run(['source', 'create', '--name', 'waf', '--schema', file(name)], { gateway });
    expect(ran.code).toBe(2);
    expect(ran.stderr).toMatch(message);
    expect(ran.stderr).toContain('--schema');
    expect(gateway.kept.config.source.size).toBe(0);
  });

  it('are what strict is about', async () => {
    const ran = await run(['source', 'create', '--name', 'waf', '--strict'], { gateway: memoryGateway() });
    expect(ran.stderr).toMatch(/--strict.*without a schema/);
  });
});
