import { describe, expect, it } from 'vitest';
import { run } from './run.ts';

/** Every command and group, found by walking the help itself. */
async function everyCommand(path: string[] = []): Promise<string[][]> {
  const { stdout } = await run([...path, '--help']);
  const listed = /\nCommands:\n([\s\S]*?)\n\n/.exec(stdout)?.[1] ?? '';
  const names = [...listed.matchAll(/^ {2}([a-z][a-z-]*)/gm)]
    .map((match) => match[1] ?? '')
    .filter((name) => name !== 'help');
  const below = await Promise.all(names.map(async (name) => everyCommand([...path, name])));
  return [path, ...below.flat()];
}

const COMMANDS = await everyCommand();

describe('the help', () => {
  it('knows every command of the interface', () => {
    const leaves = COMMANDS.map((path) => path.join(' '));
    expect(leaves).toEqual(
      expect.arrayContaining([
        ...['create', 'list', 'show', 'rotate', 'delete'].map((name) => `source ${name}`),
        ...[
          'create email',
          'create webhook',
          'list',
          'show',
          'test',
          'rotate',
          'enable',
          'disable',
          'delete',
        ].map((name) => `destination ${name}`),
        ...['create', 'list', 'delete'].map((name) => `route ${name}`),
        'alerts list',
        'alerts show',
        'deliveries list',
        'deliveries show',
        'dead-letters list',
        'dead-letters redrive',
        'status',
      ]),
    );
  });

  it.each(COMMANDS.map((path) => [path.join(' ') || 'tocsin', path] as const))(
    'of %s ends with an example, fits 80 columns and exits 0',
    async (_name, path) => {
      const { code, stdout, stderr } = await run([...path, '--help'], { columns: 80 });
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const [usage = '', examples = ''] = stdout.split(/\nExamples?:\n/);
      expect(examples).toMatch(/^ {2}\$ .*tocsin /);
      expect(usage).toMatch(/^Usage: tocsin/);
      expect(usage).toContain('--json');
      expect(Math.max(...usage.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    },
  );

  it('has examples whose command lines the parser takes', async () => {
    const helps = await Promise.all(COMMANDS.map(async (path) => run([...path, '--help'])));
    const lines = helps.flatMap(({ stdout }) => stdout.match(/^ {2}\$ .*$/gm) ?? []);
    // What stands before and after a pipe is the shell's, and a file that an example names does not exist here. A
    // wizard that asks for everything needs a terminal.
    const runnable = lines
      .filter((line) => !/ setup --channel \w+$/.test(line))
      .map((line) =>
        line
          .replace(/^.*?(?:^ {2}\$ |\| )tocsin /, '')
          .replace(/ \| .*$/, '')
          .replace(/ --(?:ca-file|schema) \S+/, ''),
      );
    expect(runnable.length).toBeGreaterThan(30);
    for (const line of runnable) {
      const argv = [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
        (match) => match[1] ?? match[2] ?? match[3] ?? '',
      );
      const { stderr } = await run(argv, {
        connect: async () => Promise.reject(new Error('reached the gateway')),
        stdin: argv.includes('--url-stdin')
          ? 'https://hooks.slack.com/services/T0/B0/x'
          : 'sixteen-characters-and-more',
      });
      expect(`${line}: ${stderr}`).toContain('reached the gateway');
    }
  });
});
