import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { calledAs, completeHints, hint, hintedText, TOCSIN } from '../../../cli/words/hint.ts';
import { inert, toJson } from '../../../cli/screen/terminal.ts';
import { memoryGateway } from '../memory-gateway.ts';
import { aDeadLetter } from '../records.ts';
import { run } from '../run.ts';

const CLI = resolve(import.meta.dirname, '../../../cli');

it('every command that the tool prints is a hint, apart from the examples of its help', () => {
  const lines = readdirSync(CLI, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.startsWith('reference/'))
    .flatMap((name) =>
      readFileSync(join(CLI, name), 'utf8')
        .split('\n')
        .map((line) => `${name}: ${line.trim()}`),
    );
  const printed = lines.filter(
    (line) =>
      /[^\w$}'"`]tocsin (?:[a-z]|\$\{)|[:(] `tocsin |`tocsin [^`]*\$\{/u.test(
        line.replace(/^[^:]*: /u, ': '),
      ) && !/: (?:\/\/|\*|\/\*|['"]|examples: \[)/u.test(line),
  );
  expect(printed).toEqual([]);
});

describe('a hint', () => {
  it.each<[Parameters<typeof calledAs>[0], Record<string, string>, string]>([
    [{}, {}, 'tocsin'],
    [{}, { npm_command: 'exec' }, 'npx tocsin'],
    [{ stack: 'Prod' }, {}, 'tocsin --stack Prod'],
    [{ data: '/my data' }, { npm_command: 'exec' }, "npx tocsin --data '/my data'"],
    // The next command reads the same environment.
    [{}, { TOCSIN_STACK: 'Prod' }, 'tocsin'],
  ])('of %j in %j begins with %s', (options, env, called) => {
    expect(calledAs(options, env)).toBe(called);
    expect(completeHints(`see: ${TOCSIN} status, or ${hint('tocsin audit')}`, called)).toBe(
      `see: ${called} status, or ${called} audit`,
    );
    expect(JSON.parse(completeHints(toJson({ see: `${TOCSIN} status` }), called))).toEqual({
      see: `${called} status`,
    });
  });

  it('is never made of the text of others', () => {
    expect(completeHints(inert(`${TOCSIN} status`), 'npx tocsin')).toBe('tocsin status');
  });

  const called = "npx tocsin --data 'my data'";
  it.each<[string[], string, 'stdout' | 'stderr']>([
    [['status'], `${called} dead-letters list`, 'stdout'],
    [['status', '--json'], `"command": "${called} dead-letters list"`, 'stdout'],
    [['destination', 'show', 'x'], `see: ${called} destination list`, 'stderr'],
    [['destination', 'show', 'x', '--json'], `see: ${called} destination list`, 'stderr'],
    [['alerts', 'show', 'x'], `see: ${called} alerts list`, 'stderr'],
    [['source', 'list'], `${called} source create --name siem`, 'stdout'],
    [['dead-letters', 'list'], `${called} dead-letters redrive`, 'stdout'],
    [
      ['destination', 'create', 'webhook', '--name', 'a b', '--url', 'https://a.example/'],
      `${called} destination test 'a b'`,
      'stdout',
    ],
  ])('of %j can be pasted as it stands', async (argv, expected, stream) => {
    const gateway = memoryGateway();
    gateway.kept.letters = [aDeadLetter()];
    const ran = await run([...argv, '--data', 'my data'], { gateway, env: { npm_command: 'exec' } });
    expect(ran[stream]).toContain(expected);
  });

  it.each([
    [
      'Set the password: tocsin destination rotate --help',
      `Set the password: ${TOCSIN} destination rotate --help`,
    ],
    ['Deploy the stack again', 'Deploy the stack again'],
  ])('ends the text %j of the core', (text, expected) => {
    expect(hintedText(text)).toBe(expected);
  });
});
