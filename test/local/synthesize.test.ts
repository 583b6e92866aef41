import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { parseDeployment } from '../../functions/core/config/parse-deployment.ts';
import { hashInputs, synthesize } from '../../local/synthesize.ts';
import { temporaryFolder } from './fixture-stack.ts';

/** A project whose app writes what it was given. */
function aProject(app?: string): {
  projectFolder: string;
  outputFolder: string;
  lines: string[];
  run: () => Promise<void>;
} {
  const projectFolder = temporaryFolder();
  for (const folder of ['cdk', 'functions']) mkdirSync(join(projectFolder, folder));
  writeFileSync(join(projectFolder, 'cdk.json'), '{"context":{"aFlag":true}}');
  writeFileSync(join(projectFolder, 'package-lock.json'), '{}');
  writeFileSync(
    join(projectFolder, 'cdk', 'app.ts'),
    app ??
      `import { mkdirSync, writeFileSync } from 'node:fs';
       const folder: string = process.env.CDK_OUTDIR ?? '';
       mkdirSync(folder, { recursive: true });
       writeFileSync(folder + '/manifest.json', process.env.CDK_CONTEXT_JSON ?? '');
       console.log('noise');`,
  );
  const outputFolder = join(projectFolder, 'data', 'cdk.out');
  mkdirSync(join(projectFolder, 'data'));
  const lines: string[] = [];
  const onProgress = (line: string): number => lines.push(line);
  return {
    projectFolder,
    outputFolder,
    lines,
    run: () => synthesize({ projectFolder, outputFolder, onProgress }),
  };
}

test('runs the app with the context of cdk.json, then only when its inputs changed', async () => {
  const { projectFolder, outputFolder, lines, run } = aProject();
  await run();
  expect(JSON.parse(readFileSync(join(outputFolder, 'manifest.json'), 'utf8'))).toEqual({
    aFlag: true,
    // Not the file of the operator, which is about an account.
    config: 'local/tocsin.json',
  });
  await run();
  writeFileSync(join(projectFolder, 'functions', 'new.ts'), '');
  await run();
  expect(lines).toEqual([
    'synthesizing the stack…',
    'the stack has not changed since it was last synthesized',
    'synthesizing the stack…',
  ]);
});

test('leaves the rules about an account out, which would take most of the time', async () => {
  vi.stubEnv('CDK_VALIDATION', 'true');
  const app = `import { mkdirSync, writeFileSync } from 'node:fs';
    const folder: string = process.env.CDK_OUTDIR ?? '';
    mkdirSync(folder, { recursive: true });
    writeFileSync(folder + '/manifest.json', process.env.CDK_VALIDATION ?? '');`;
  const { outputFolder, run } = aProject(app);
  await run();
  expect(readFileSync(join(outputFolder, 'manifest.json'), 'utf8')).toBe('false');
});

test('opens private ranges beside the options of the local run, and synthesizes anew when they change', async () => {
  const { projectFolder, outputFolder, lines, run } = aProject();
  mkdirSync(join(projectFolder, 'local'));
  writeFileSync(join(projectFolder, 'local', 'tocsin.json'), '{"concurrency": 100}');
  const opened = async (...privateRanges: string[]): Promise<unknown> => {
    const onProgress = (line: string): number => lines.push(line);
    await synthesize({ projectFolder, outputFolder, privateRanges, onProgress });
    const context = readFileSync(join(outputFolder, 'manifest.json'), 'utf8');
    const { config } = JSON.parse(context) as { config: string };
    return JSON.parse(readFileSync(config, 'utf8'));
  };
  const options = await opened('10.0.0.0/8', 'fd00::/8');
  expect(options).toMatchObject({ concurrency: 100, egressAllow: ['10.0.0.0/8', 'fd00::/8'] });
  expect(parseDeployment(options)).toMatchObject({ ok: true });
  expect(await opened('10.0.0.0/8')).toMatchObject({ egressAllow: ['10.0.0.0/8'] });
  await run();
  expect(JSON.parse(readFileSync(join(outputFolder, 'manifest.json'), 'utf8'))).toMatchObject({
    config: 'local/tocsin.json',
  });
  expect(lines).toEqual(Array.from({ length: 3 }, () => 'synthesizing the stack…'));
});

test('runs the app again when its output is gone', async () => {
  const { outputFolder, lines, run } = aProject();
  await run();
  writeFileSync(`${outputFolder}.sha256`, 'other');
  await run();
  expect(lines).toEqual(['synthesizing the stack…', 'synthesizing the stack…']);
});

test.each([
  [
    'console.error(\'option emailFrom: "x" is not valid; expected an address\'); process.exit(1);',
    'option emailFrom: "x" is not valid; expected an address',
  ],
  ["throw new TypeError('no such thing');", 'TypeError: no such thing'],
  ['process.exit(4);', 'no reason was given'],
])('an app that does %j fails with one line', async (app, message) => {
  const { outputFolder, run } = aProject(app);
  const failed = run();
  await expect(failed).rejects.toThrow(`synthesizing the stack failed: ${message}`);
  await expect(failed).rejects.toSatisfy((error: Error) => !error.message.includes('\n'));
  expect(existsSync(`${outputFolder}.sha256`)).toBe(false);
});

test('the digest follows contents and names, not dates or places', () => {
  const { projectFolder } = aProject();
  const copy = temporaryFolder();
  cpSync(projectFolder, copy, { recursive: true });
  expect(hashInputs(copy)).toBe(hashInputs(projectFolder));
  writeFileSync(join(copy, 'functions', 'a.ts'), 'x');
  const withFile = hashInputs(copy);
  expect(withFile).not.toBe(hashInputs(projectFolder));
  writeFileSync(join(copy, 'functions', 'a.ts'), 'y');
  expect(hashInputs(copy)).not.toBe(withFile);
});
