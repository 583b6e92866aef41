import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { run } from './run.ts';

const isThere = (shell: string): boolean => spawnSync(shell, ['-c', 'true']).status === 0;

/** What bash offers after these words. */
async function completed(words: string[]): Promise<string[]> {
  const { stdout } = await run(['completion', 'bash']);
  const line = ['tocsin', ...words].map((word) => `'${word}'`).join(' ');
  const { stdout: offered, stderr } = spawnSync(
    'bash',
    [
      '-c',
      `${stdout}\nCOMP_WORDS=(${line}); COMP_CWORD=${String(words.length)}; _tocsin; printf '%s\\n' "\${COMPREPLY[@]}"`,
    ],
    { encoding: 'utf8' },
  );
  expect(stderr).toBe('');
  return offered.trim().split('\n');
}

describe.skipIf(!isThere('bash'))('completion in bash', () => {
  it('offers the commands', async () => {
    const offered = await completed(['']);
    for (const name of ['source', 'destination', 'audit', 'status', '--stack'])
      expect(offered).toContain(name);
  });

  it('offers what goes on from what is written', async () => {
    expect(await completed(['source', 'cr'])).toEqual(['create']);
    expect(await completed(['destination', 'create', ''])).toEqual(
      expect.arrayContaining(['email', 'webhook']),
    );
    expect(await completed(['destination', 'create', 'email', '--min'])).toEqual(['--min-severity']);
  });

  it('goes on after flags and their values', async () => {
    expect(await completed(['--stack', 'Prod', 'alerts', 'li'])).toEqual(['list']);
    expect(await completed(['source', 'create', '--name', 'ci', '--form'])).toEqual(['--format']);
  });
});

it.skipIf(!isThere('fish'))('completion in fish is a script that fish can read', async () => {
  const { stdout } = await run(['completion', 'fish']);
  expect(spawnSync('fish', ['-n'], { input: stdout, encoding: 'utf8' })).toMatchObject({
    status: 0,
    stderr: '',
  });
});

it.skipIf(!isThere('zsh'))('completion in zsh is a script that zsh can read', async () => {
  const { stdout } = await run(['completion', 'zsh']);
  expect(spawnSync('zsh', ['-n'], { input: stdout, encoding: 'utf8' })).toMatchObject({
    status: 0,
    stderr: '',
  });
});

it('a shell that is not known is wrong usage', async () => {
  expect((await run(['completion', 'cmd'])).code).toBe(2);
});
