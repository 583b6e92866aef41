import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { everyCommand, examplesOf, wordsOf } from './examples.ts';
import { run } from './run.ts';

const COMMANDS = await everyCommand();

/** What stands in for the file of an example that is read before the gateway is asked. */
const FINDING = fileURLToPath(new URL('../fixtures/formats/aws-event/guardduty.json', import.meta.url));

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
    const runnable = await examplesOf(COMMANDS);
    expect(runnable.length).toBeGreaterThan(30);
    for (const line of runnable) {
      const argv = wordsOf(line).map((word) => (word === 'finding.json' ? FINDING : word));
      // What completes the commands is known without any gateway.
      if (argv[0] === 'completion') continue;
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
