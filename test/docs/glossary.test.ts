import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const rows = readFileSync(join(ROOT, 'docs/glossary.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| **'))
  .map((line) => line.split('|').map((cell) => cell.trim().replaceAll('*', '')))
  .map(([, words = '', meaning = '', others = '']) => ({ words, meaning, others }));

/**
 * Words of the last column that AWS, a vendor or plain English uses for something else, so that a page may hold them: an `event` of
 * CloudEvents, a `message` of SQS, the `policy` of an IAM role.
 */
const ALSO_OTHER_THINGS = new Set(
  [
    'client event execution filter history incident integration job limit lock message output page policy',
    'priority provider queue relay retry rule schedule schema state status subscription target window muted',
  ].flatMap((words) => words.split(' ')),
);

const owned = new Set(rows.flatMap(({ words }) => words.split(' / ')));
const refused = rows.flatMap(({ words, others }) =>
  (others.split(';')[0] ?? '')
    .split(',')
    .map((other) => other.trim())
    .filter((other) => other !== '' && !ALSO_OTHER_THINGS.has(other) && !owned.has(other))
    .map((other) => ({ other, words })),
);

/** Prose only: code, links and what a vendor calls its own thing in a code span do not count. */
function prose(page: string): string {
  return readFileSync(join(ROOT, page), 'utf8')
    .replaceAll(/```[\s\S]*?```|`[^`]*`|\]\([^)]*\)/gu, '')
    .toLowerCase();
}

const pages = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
  .map((name) => join('docs', name))
  .filter((name) => name.endsWith('.md') && !name.includes('decisions') && !name.endsWith('glossary.md'));

describe('the glossary', () => {
  it('has each word once', () => {
    const words = rows.flatMap((row) => row.words.split(' / '));
    expect(words.length).toBeGreaterThan(30);
    expect(words.filter((word, index) => words.indexOf(word) !== index)).toEqual([]);
  });

  it('says what each word means, and which words it stands in place of', () => {
    expect(rows.filter(({ meaning }) => meaning === '')).toEqual([]);
    expect(refused.length).toBeGreaterThan(15);
  });

  it.each(refused)('has $words, and no page says "$other" in its place', ({ other }) => {
    const word = new RegExp(String.raw`\b${other}s?\b`, 'u');
    expect(['README.md', ...pages].filter((page) => word.test(prose(page)))).toEqual([]);
  });
});
