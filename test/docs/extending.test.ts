import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FORMATS } from '../../functions/core/ingest/formats/index.ts';
import { WEBHOOK_FORMATS } from '../../functions/core/deliver/webhook/formats/index.ts';
import { RECIPIENT_SUPPRESSION_REASONS } from '../../functions/core/model/wire/suppression.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const PAGE = readFileSync(join(ROOT, 'docs/extending.md'), 'utf8');

/** The files that the first column of a section names; `only where` says that some have it and others have not. */
function listed(heading: string): { file: string; isOptional: boolean }[] {
  const section = PAGE.split('\n## ').find((part) => part.startsWith(`${heading}\n`)) ?? '';
  return section
    .split('\n')
    .filter((line) => line.startsWith('| ') && line.includes('`'))
    .flatMap((line) => {
      const [, first = '', what = ''] = line.split('|');
      const isOptional = /\b(?:only )?where\b/u.test(what);
      return Array.from(first.matchAll(/`([^`]+)`/gu), ([, file = '']) => ({ file, isOptional }));
    });
}

/** Files of the product that hold a name as a word. */
function naming(name: string): string[] {
  const found = execFileSync('git', ['grep', '-lwF', name, '--', 'functions', 'cli', 'cdk', 'local'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  return found.trim().split('\n');
}

const HEADINGS = [
  'A source format',
  'A destination format',
  'A reason to suppress',
  'A command',
  'A table item',
  'A channel',
];
const PLACEHOLDER = /NAME|NOUN|STAGE|CHANNEL|TECHNOLOGY|\*/u;

it.each(HEADINGS)('%s: every file that is named is there', (heading) => {
  const files = listed(heading);
  expect(files.length).toBeGreaterThan(5);
  const missing = files.filter(({ file }) => !PLACEHOLDER.test(file) && !existsSync(join(ROOT, file)));
  expect(missing).toEqual([]);
});

describe.each([
  // What every other test of ingestion sends is of the format `generic`.
  [
    'A source format',
    FORMATS.map(({ name }) => name).filter((name) => name !== 'generic'),
    ['falco', 'wazuh'],
  ],
  ['A destination format', WEBHOOK_FORMATS.map(({ name }) => name), ['discord', 'splunk-hec', 'opsgenie']],
] as const)('%s', (heading, all, plain) => {
  it.each(all)('%s has every file that the list asks for', (name) => {
    const files = listed(heading)
      .filter(({ file, isOptional }) => file.includes('NAME') && !isOptional)
      .map(({ file }) => file.replaceAll('NAME', name));
    expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  });

  it.each(plain)('%s is named in no file that the list leaves out', (name) => {
    const files = new Set(listed(heading).map(({ file }) => file.replaceAll('NAME', name)));
    expect(naming(name).filter((file) => !files.has(file))).toEqual([]);
  });

  it.each(plain)('%s is named in every file that holds all of its kind', (name) => {
    const named = naming(name);
    const owed = listed(heading).filter(({ file, isOptional }) => /^functions/u.test(file) && !isOptional);
    const files = owed.map(({ file }) => file.replaceAll('NAME', name));
    expect(files.filter((file) => !named.includes(file))).toEqual([]);
  });
});

it.each(RECIPIENT_SUPPRESSION_REASONS.filter((reason) => reason.includes('-') || reason === 'complained'))(
  'the reason %s is named in no file that the list leaves out',
  (reason) => {
    const files = new Set(listed('A reason to suppress').map(({ file }) => file));
    expect(naming(reason).filter((file) => !files.has(file))).toEqual([]);
  },
);
