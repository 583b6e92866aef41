import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FORMATS } from '../../functions/core/ingest/formats/index.ts';
import { memoryGateway } from '../cli/memory-gateway.ts';
import { run } from '../cli/run.ts';
import { alertsOf } from '../core/ingest/formats/read-payload.ts';
import type { Source } from '../../functions/core/model/config/source.ts';

const FOLDER = new URL('../../docs/sources/', import.meta.url);
const pageOf = (name: string): string => readFileSync(new URL(`${name}.md`, FOLDER), 'utf8');
const names = FORMATS.map((format) => format.name);

/** The commands of a page as a shell would split them; quotes are all that they use. */
function commandsIn(page: string): string[][] {
  return [...page.matchAll(/^npx tocsin (source create .*)$/gmu)].map(([, command = '']) =>
    [...command.matchAll(/'([^']*)'|(\S+)/gu)].map(([, quoted, plain]) => quoted ?? plain ?? ''),
  );
}

function exampleIn(page: string): unknown {
  const json = /## Example[\s\S]*?```json\n([\s\S]*?)```/u.exec(page)?.[1];
  return JSON.parse(json ?? 'null');
}

/** Headers that a page says its example comes with. */
function headersIn(page: string): Record<string, string> {
  const [, name, value] = /^Headers: `([^:`]+): ([^`]+)`$/mu.exec(page) ?? [];
  return name === undefined || value === undefined ? {} : { [name.toLowerCase()]: value };
}

describe('docs/sources', () => {
  it('has a page for each format, and each in its table', () => {
    const pages = readdirSync(FOLDER).filter((file) => !['README.md', 'health.md'].includes(file));
    expect(pages.toSorted()).toEqual(names.map((name) => `${name}.md`).toSorted());
    const listed = [...pageOf('README').matchAll(/^\| \[`([a-z-]+)`\]\(([a-z-]+)\.md\)/gmu)].map(
      ([, name]) => name,
    );
    expect(listed).toEqual(names);
  });

  it.each(names)(
    '%s: its commands create sources of that format, and its example becomes alerts',
    async (name) => {
      const page = pageOf(name);
      const commands = commandsIn(page);
      expect(commands).not.toEqual([]);
      const gateway = memoryGateway();
      for (const command of commands) {
        const ran = await run([...command, '--json'], { gateway, stdin: 'a secret of sixteen characters\n' });
        expect(ran.stderr).toBe('');
        expect(ran.code).toBe(0);
      }
      const [source] = gateway.kept.config.source.values() as Iterable<Source>;
      expect(source?.format).toBe(name);
      const alerts = alertsOf(name, exampleIn(page), { headers: headersIn(page), ...(source && { source }) });
      expect(alerts).not.toEqual([]);
      expect(page).toMatch(/^## Authentication$/mu);
      expect(page).toMatch(/^## Severity and status$/mu);
    },
  );

  const bodyOnly = FORMATS.filter(
    ({ preset }) => preset?.auth.type === 'hmac' && preset.auth.signedContent === 'body',
  );
  it.each(bodyOnly.map(({ name }) => name))('%s: says what a signature over the body cannot do', (name) => {
    expect(pageOf(name)).toContain('(../send-alerts.md#what-a-signature-cannot-do)');
  });
});
