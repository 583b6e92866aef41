import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseDeployment } from '../functions/core/config/parse-deployment.ts';
import { reachedFrom } from './imports.ts';
import { DEPLOYMENT_SETTINGS } from '../functions/core/config/settings/deployment-settings.ts';

const ROOT = resolve(import.meta.dirname, '..');

function pages(): string[] {
  const below = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name));
  const beside = readdirSync(ROOT).filter((name) => name.endsWith('.md'));
  return [...beside, ...below];
}

describe('every page', () => {
  it.each(pages())('%s links only to files that exist', (page) => {
    const text = readFileSync(join(ROOT, page), 'utf8');
    const broken = Array.from(text.matchAll(/\]\(([^)\s#]+)(?:#[^)]*)?\)/gu), ([, target]) => target ?? '')
      .filter((target) => !/^[a-z]+:/u.test(target))
      .filter((target) => !existsSync(resolve(ROOT, dirname(page), target)));
    expect(broken).toEqual([]);
  });
});

describe('the options of a deployment', () => {
  // The changelog tells of versions that took them; a decision tells why this one does not.
  const told = pages().filter((page) => page !== 'CHANGELOG.md' && !page.startsWith('docs/decisions/'));
  const said = ['functions', 'cli', 'cdk', 'local'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(folder, name)),
  );

  it('stand nowhere on the command line', () => {
    const option = new RegExp(`(?:-c|--context)[ =](?:${Object.keys(DEPLOYMENT_SETTINGS).join('|')})=`, 'u');
    const found = [...told, ...said].filter((file) => option.test(readFileSync(join(ROOT, file), 'utf8')));
    expect(found).toEqual([]);
  });

  it('have examples in the pages that are taken as they stand', () => {
    const examples = told.flatMap((page) =>
      Array.from(
        readFileSync(join(ROOT, page), 'utf8').matchAll(
          /^```json\n(\{\n {2}"\$schema": "[^"]*deployment[^]*?)^```$/gmu,
        ),
        ([, json = '']) => json,
      ),
    );
    expect(examples.length).toBeGreaterThan(1);
    for (const example of examples) expect(parseDeployment(JSON.parse(example))).toMatchObject({ ok: true });
  });
});

describe('the list of decisions', () => {
  it('names every page, under its own title', () => {
    const folder = join(ROOT, 'docs/decisions');
    const list = readFileSync(join(folder, 'README.md'), 'utf8');
    for (const name of readdirSync(folder).filter((file) => /^\d{4}-/u.test(file))) {
      expect(list).toContain(`](${name})`);
    }
  });
});

describe('the repository', () => {
  it('names no machine of ours: no absolute home or work path, no download address in the lock file', () => {
    expect(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')).not.toMatch(/"resolved": "http/u);
    const strays = pages().filter((page) =>
      /\/(?:home|root|Users)\/[a-z]/u.test(readFileSync(join(ROOT, page), 'utf8')),
    );
    expect(strays.map((page) => relative('.', page))).toEqual([]);
  });
});

describe('docs/architecture.md', () => {
  it.each([
    ['One alert', ['functions/ingest.ts', 'functions/route.ts'], 33],
    ['One delivery', ['functions/deliver-webhook.ts', 'functions/deliver-email.ts'], 40],
  ] as const)('%s walks through files that its functions load', (title, entries, atLeast) => {
    const page = readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8');
    const walk = page.split('\n## ').find((part) => part.startsWith(`${title}, file by file`)) ?? '';
    const loaded = entries.flatMap((entry) => [...reachedFrom(entry)]);
    const rooms = new Set(loaded.map(dirname));
    // A name alone lies beside the file before it, or in a folder beside that.
    let room = '';
    const named = Array.from(walk.matchAll(/`([a-z-]+(?:\/[a-z-]+)*(?:\.ts|\/))`/gu), ([, name = '']) => {
      const places = [
        join('functions', name.replace(/^functions\//u, '')),
        join(room, name),
        join(room, '..', name),
      ];
      const found = places.find((place) => existsSync(join(ROOT, place))) ?? name;
      if (found.endsWith('.ts')) room = dirname(found);
      return found;
    });
    expect(named.length).toBeGreaterThanOrEqual(atLeast);
    const strays = named.filter((path) => !loaded.includes(path) && !rooms.has(path.replace(/\/$/u, '')));
    expect(strays).toEqual([]);
  });
});
