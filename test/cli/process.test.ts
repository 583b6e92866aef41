import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

function npx(...argv: string[]) {
  // The warnings that npm itself prints are none of ours.
  return spawnSync('npx', ['--loglevel=error', 'tocsin', ...argv], { cwd: PROJECT, encoding: 'utf8' });
}

describe('the tool as a process', () => {
  it('is started by npx and shows its help', () => {
    const { status, stdout, stderr } = npx('--help');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('Usage: tocsin');
  });

  it('exits with 2 when it is called wrongly', () => {
    const { status, stdout, stderr } = npx('source', 'create');
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain('--name: missing');
  });

  it('may be executed', () => {
    expect(statSync(`${PROJECT}/cli/main.ts`).mode & 0o111).toBe(0o111);
  });
});
