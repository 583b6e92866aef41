import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-synth-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Runs the app as the CDK's command line does: by the command of cdk.json, context and folder from outside. */
function synthesize(context: Record<string, unknown>) {
  const { app } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8')) as { app: string };
  const [command, ...args] = app.split(' ');
  expect(command).toBe('node');
  return spawnSync(process.execPath, args, {
    cwd: root,
    encoding: 'utf8',
    env: {
      PATH: process.env['PATH'],
      CDK_OUTDIR: folder,
      CDK_VALIDATION: 'false',
      CDK_CONTEXT_JSON: JSON.stringify({ 'aws:cdk:bundling-stacks': [], ...context }),
    },
  });
}

describe('the CDK app', () => {
  test('synthesizes with no option, no account and no credentials, and warns of its example address', () => {
    const { status, stderr } = synthesize({});
    expect(status).toBe(0);
    expect(stderr).toContain('deploy with -c emailFrom=');
    expect(JSON.parse(readFileSync(join(folder, 'Tocsin.template.json'), 'utf8'))).toHaveProperty(
      'Resources',
    );
  });

  test('lets an option of the command line win over cdk.json', () => {
    const options = { stackName: 'Night-Watch', retentionDays: '7', emailFrom: 'alerts@tocsin.test' };
    expect(synthesize(options)).toMatchObject({ status: 0, stderr: '' });
    const template = readFileSync(join(folder, 'Night-Watch.template.json'), 'utf8');
    expect(template).toContain('"TOCSIN_RETENTION_DAYS": "7"');
    expect(template).toContain('"Night-Watch-alerts"');
  });

  test('answers a wrong option with one line and exit status 1', () => {
    const { status, stdout, stderr } = synthesize({ retentionDays: 'ninety' });
    expect(status).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toBe(
      'option retentionDays: "ninety" is not valid; expected a whole number from 1 to 3650\n',
    );
    expect(readdirSync(folder)).toEqual([]);
  });
});
