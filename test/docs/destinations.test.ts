import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { WEBHOOK_FORMATS } from '../../functions/core/deliver/webhook/formats/index.ts';
import { run } from '../cli/run.ts';
import { goldenBody, GOLDEN_TEMPLATE } from '../core/deliver/webhook/formats/golden.ts';

const PAGES = new URL('../../docs/destinations/', import.meta.url);
const EXAMPLES = new URL('../fixtures/webhook-formats/', import.meta.url);
const NAMES = WEBHOOK_FORMATS.map((format) => format.name);
const pageOf = (name: string): string => readFileSync(new URL(`${name}.md`, PAGES), 'utf8');
const namesIn = (folder: URL, ending: string): string[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith(ending) && file !== 'README.md')
    .map((file) => file.slice(0, -ending.length));

/** The words of a command line as a shell would split them; our examples quote in the plain ways only. */
const wordsOf = (line: string): string[] =>
  [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2] ?? match[3] ?? '');

describe('the pages of webhook destinations', () => {
  it('are one for each format, as are the examples', () => {
    expect(namesIn(PAGES, '.md').sort()).toEqual([...NAMES].sort());
    expect(namesIn(EXAMPLES, '.json').sort()).toEqual([...NAMES].sort());
  });

  it('are all in the table', () => {
    const listed = [...pageOf('README').matchAll(/^\| \[`([a-z-]+)`\]\(([a-z-]+)\.md\)/gm)];
    expect(listed.map((match) => match[1])).toEqual(NAMES);
    expect(listed.map((match) => match[2])).toEqual(NAMES);
  });
});

describe.each(NAMES)('the page of %s', (name) => {
  const page = pageOf(name);

  it('shows the golden example', () => {
    const [, example = ''] = /```json\n([\s\S]*?)```/.exec(page) ?? [];
    expect(JSON.stringify(JSON.parse(example))).toBe(goldenBody(name));
  });

  it('names the format as the command takes it', () => {
    expect(page).toContain(`\`${name}\``);
  });

  it('has a command that the tool takes', async () => {
    const commands = [...page.matchAll(/^(.*)npx tocsin (destination .*)$/gm)];
    expect(commands.length).toBeGreaterThan(1);
    for (const [, before = '', line = ''] of commands) {
      const argv = wordsOf(line);
      const file = argv.indexOf('--template-file');
      // The file of the example is not in this folder: the one that the page shows stands in for it.
      if (file !== -1)
        argv[file + 1] = new URL('../fixtures/webhook-templates/ticket.json', import.meta.url).pathname;
      const ran = await run(argv, {
        connect: async () => Promise.reject(new Error('reached the gateway')),
        stdin: before.endsWith('| ') ? '0123456789abcdef0123456789abcdef' : '',
      });
      expect(`${line}: ${ran.stderr}`).toContain('reached the gateway');
    }
  });
});

it('the page of template shows the template that the example was made with', () => {
  expect(pageOf('template')).toContain(GOLDEN_TEMPLATE);
  expect(readFileSync(new URL('../fixtures/webhook-templates/ticket.json', import.meta.url), 'utf8')).toBe(
    GOLDEN_TEMPLATE,
  );
});
