import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { NODE_ENVIRONMENT } from '../node-environment.ts';

const root = resolve(import.meta.dirname, '../..');
type Template = { Rules: Record<string, { Assertions: unknown[] }> };

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-synth-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Runs the app as the CDK's command line does: by the command of cdk.json, context and folder from outside. */
function synthesize(context: Record<string, unknown> & { config: string }, options?: string) {
  if (options !== undefined) writeFileSync(context.config, options);
  const { app } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8')) as { app: string };
  const [command, ...args] = app.split(' ');
  expect(command).toBe('node');
  return spawnSync(process.execPath, args, {
    cwd: root,
    encoding: 'utf8',
    env: {
      ...NODE_ENVIRONMENT,
      CDK_OUTDIR: folder,
      CDK_VALIDATION: 'false',
      CDK_CONTEXT_JSON: JSON.stringify({ 'aws:cdk:bundling-stacks': [], ...context }),
    },
  });
}

describe('the CDK app', () => {
  test('synthesizes with no option, no account and no credentials, and says that it has no sender', () => {
    const { status, stderr } = synthesize({ config: join(folder, 'none.json') }, '{}');
    expect(status).toBe(0);
    expect(stderr).toContain('tocsin.json names no sender');
    const template = JSON.parse(readFileSync(join(folder, 'Tocsin.template.json'), 'utf8')) as Template;
    expect(template).toHaveProperty('Resources');
    // CloudFormation refuses it with this line before it makes anything.
    expect(template.Rules['SenderIsNamed']?.Assertions).toEqual([
      {
        Assert: { 'Fn::Not': [{ 'Fn::Equals': [{ Ref: 'Sender' }, 'none'] }] },
        AssertDescription: 'tocsin.json names no sender: write "emailFrom": "alerts@your.domain" into it',
      },
    ]);
  });

  test('takes its options from the file, a sender takes the refusal away, and no slip deletes the stack', () => {
    const options = { stackName: 'Night-Watch', retentionDays: 7, emailFrom: 'alerts@tocsin.test' };
    const config = join(folder, 'night.json');
    expect(synthesize({ config }, JSON.stringify(options))).toMatchObject({ status: 0, stderr: '' });
    const template = readFileSync(join(folder, 'Night-Watch.template.json'), 'utf8');
    expect(template).toContain('"TOCSIN_RETENTION_DAYS": "7"');
    expect(template).toContain('"Night-Watch-alerts"');
    expect(template).not.toContain('SenderIsNamed');
    const { artifacts } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as {
      artifacts: Record<string, { properties?: object }>;
    };
    expect(artifacts['Night-Watch']?.properties).toMatchObject({ terminationProtection: true });
  });

  test('answers a wrong option with one line and exit status 1, and writes no stack', () => {
    const config = join(folder, 'wrong.json');
    const { status, stdout, stderr } = synthesize({ config }, '{"retentionDays": "ninety"}');
    expect(status).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toBe(
      `${config}: retentionDays: "ninety" is not valid; expected a whole number from 1 to 3650\n`,
    );
    expect(readdirSync(folder)).toEqual(['wrong.json']);
  });

  test('answers an option of the command line with the line to write into the file', () => {
    const { status, stderr } = synthesize({ config: 'local/tocsin.json', emailFrom: 'alerts@tocsin.test' });
    expect(status).toBe(1);
    expect(stderr).toBe(
      'option emailFrom: options stand in local/tocsin.json alone, not in -c or cdk.json; write there "emailFrom": "alerts@tocsin.test"\n',
    );
  });
});
