import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { filesBelow } from '../../imports.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const textOf = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

/** The keys of a table of actions, the members of a set of them, and what `action` is compared with. */
function actionsIn(file: string): string[] {
  const source = textOf(file);
  const tables = Array.from(
    source.matchAll(/const (?:actions|ACTIONS)\b.* = (?:\{|new Set\(\[)\n([\s\S]*?)\n {0,2}[}\]]/gu),
  );
  const inTables = tables.flatMap(([, body = '']) =>
    Array.from(body.matchAll(/^ {2,4}'?([A-Z]\w+)'?[,:]/gmu), ([, name = '']) => name),
  );
  const compared = Array.from(source.matchAll(/\baction [!=]== '(\w+)'/gu), ([, name = '']) => name);
  return [...inTables, ...compared];
}

/** What nothing here calls by its name, each with what needs it. */
const NEEDED_BESIDES: Readonly<Record<string, string>> = {
  CreateTable: 'a start creates the table of the template',
  PurgeQueue: 'an operator purges a queue, and the system alert message-lost tells of it',
  PutEvent: 'tocsin local put-event',
  UpdateTimeToLive: 'docs/deploy.md: a table that was restored gets its time to live back',
  VerifyEmailIdentity: 'docs/local.md: an address is verified in the sandbox of a local run',
};

describe('the actions that the emulators know', () => {
  const emulators = [...filesBelow('local/emulators'), 'local/gateway/query-services.ts'];
  const known = [...new Set(emulators.flatMap(actionsIn))];
  const docs = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md') && !name.startsWith('decisions'))
    .map((name) => join('docs', name));
  const callers = [...['functions', 'cdk', 'cli', 'console', 'local/runtime'].flatMap(filesBelow), ...docs];
  const words = new Set(callers.flatMap((file) => textOf(file).match(/\b[A-Z]\w+/gu) ?? []));

  test('are found', () => {
    expect(known).toEqual(
      expect.arrayContaining(['SendMessage', 'PutItem', 'GetSecretValue', 'GetParameter', 'SendRawEmail']),
    );
    expect(known).toEqual(expect.arrayContaining(['PutEvents', 'GetCallerIdentity', 'UpdateTimeToLive']));
  });

  test('are needed by the functions, the stack, the command line or a page of docs: no other is emulated', () => {
    const isNeeded = (action: string): boolean =>
      [action, `${action}Command`].some((word) => words.has(word)) || action in NEEDED_BESIDES;
    expect(known.filter((action) => !isNeeded(action))).toEqual([]);
    expect(Object.keys(NEEDED_BESIDES).filter((action) => !known.includes(action))).toEqual([]);
  });
});
