import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
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

  it.each([
    ['--help | true', 0],
    ['nosuch 2>&1 >/dev/null | true', 2],
  ])('keeps its exit status when nobody reads what it writes: %s', (rest, expected) => {
    const line = `"${process.execPath}" --disable-warning=ExperimentalWarning cli/main.ts ${rest}; exit "\${PIPESTATUS[0]}"`;
    expect(spawnSync('bash', ['-c', line], { cwd: PROJECT, encoding: 'utf8' })).toMatchObject({
      status: expected,
      stderr: '',
    });
  });

  const outside = (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => !folder.includes('node_modules') && existsSync(join(folder, 'node')));

  it.skipIf(outside.length === 0)(
    'runs from anywhere once it is linked, on the Node.js of the machine',
    () => {
      const folder = mkdtempSync(join(tmpdir(), 'tocsin-link-'));
      symlinkSync(join(PROJECT, 'cli/bin.mjs'), join(folder, 'tocsin'));
      const ran = (...argv: string[]) =>
        spawnSync(join(folder, 'tocsin'), argv, {
          cwd: folder,
          encoding: 'utf8',
          env: { PATH: [folder, ...outside, '/bin', '/usr/bin'].join(delimiter) },
        });
      expect(ran('--version')).toMatchObject({
        status: 0,
        stderr: '',
        stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/u) as string,
      });
      expect(ran('source', 'create')).toMatchObject({ status: 2, stdout: '' });
      rmSync(folder, { recursive: true, force: true });
    },
  );

  it('may be executed', () => {
    expect(statSync(`${PROJECT}/cli/bin.mjs`).mode & 0o111).toBe(0o111);
  });
});
