import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const read = (page: string): string => readFileSync(join(ROOT, page), 'utf8');
const linksOf = (page: string): string[] =>
  Array.from(read(page).matchAll(/\]\(([^)\s#]+)(?:#[^)]*)?\)/gu), ([, target = '']) => target).filter(
    (target) => !/^[a-z]+:/u.test(target),
  );

describe('docs/README.md', () => {
  it('leads to every page of docs, directly or by the index of its folder', () => {
    const linked = new Set(linksOf('docs/README.md'));
    const pages = readdirSync(join(ROOT, 'docs'), { withFileTypes: true });
    const missing = pages
      .filter((entry) =>
        entry.isDirectory() ? existsSync(join(ROOT, 'docs', entry.name, 'README.md')) : true,
      )
      .map((entry) => (entry.isDirectory() ? `${entry.name}/README.md` : entry.name))
      .filter((name) => name.endsWith('.md') && name !== 'README.md' && !linked.has(name));
    expect(missing).toEqual([]);
  });

  it('is one click from the README of the project', () => {
    expect(linksOf('README.md')).toContain('docs/README.md');
  });
});

describe('docs/system-alerts.md', () => {
  it('explains every type that Tocsin raises, and no other', () => {
    const source = read('functions/core/system-alerts/raise.ts');
    const list = /SYSTEM_ALERT_TYPES = \[([^\]]*)\]/u.exec(source)?.[1] ?? '';
    const types = Array.from(list.matchAll(/'(tocsin\.[a-z-]+)'/gu), ([, type = '']) => type);
    const rows = Array.from(
      read('docs/system-alerts.md').matchAll(/^\| `(tocsin\.[a-z-]+)` \|/gmu),
      ([, type]) => type,
    );
    expect(types.length).toBeGreaterThan(10);
    expect(rows.toSorted()).toEqual(types.toSorted());
  });
});

describe('the fields of generic JSON', () => {
  it('stand in a table, all that the format reads and no other', () => {
    const known =
      /const KNOWN = new Set\(\[([^\]]*)\]/u.exec(read('functions/core/ingest/formats/generic.ts'))?.[1] ??
      '';
    const fields = Array.from(known.matchAll(/'([a-z_]+)'/gu), ([, name = '']) => name);
    const table = read('docs/sources/generic.md').split('## Fields')[1]?.split('\n## ')[0] ?? '';
    const rows = Array.from(table.matchAll(/^\| `([a-z_]+)` \|/gmu), ([, name = '']) => name);
    // They stand in for the title, and are named with it.
    const named = [...rows, 'summary', 'message'];
    expect(named.toSorted()).toEqual(fields.toSorted());
  });
});
