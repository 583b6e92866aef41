import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundleFunctions, PROJECT_ROOT } from '../../../cdk/constructs/bundle-functions.ts';
import { buildPackage } from '../../../cdk/release/build-package.ts';
import { NODE_ENVIRONMENT } from '../../node-environment.ts';

const EXAMPLE = join(PROJECT_ROOT, 'examples', 'cdk-app');
const work = mkdtempSync(join(tmpdir(), 'tocsin-package-'));
const app = join(work, 'app');
const [first, second] = [join(work, 'first'), join(work, 'second')] as const;

/** The app of a user: the packed package and the CDK, and nothing else of ours. */
beforeAll(async () => {
  for (const folder of [first, second]) {
    mkdirSync(folder);
    await buildPackage(folder, '1.2.3');
  }
  execFileSync('npm', ['pack', first, '--pack-destination', work, '--silent']);
  cpSync(EXAMPLE, app, { recursive: true });
  const installed = join(app, 'node_modules');
  mkdirSync(join(installed, 'tocsin-cdk'), { recursive: true });
  execFileSync('tar', [
    '-xzf',
    join(work, 'tocsin-cdk-1.2.3.tgz'),
    '--strip-components=1',
    '-C',
    join(installed, 'tocsin-cdk'),
  ]);
  mkdirSync(join(installed, '@types'));
  for (const name of ['aws-cdk-lib', 'constructs', '@types/node', 'undici-types']) {
    symlinkSync(join(PROJECT_ROOT, 'node_modules', name), join(installed, name));
  }
}, 60_000);
afterAll(() => {
  rmSync(work, { recursive: true });
});

const filesOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .toSorted();

it('the package is the same bytes, whichever folder it is built in', () => {
  expect(filesOf(first)).toEqual(filesOf(second));
  for (const file of filesOf(first)) {
    expect(readFileSync(join(first, file)).equals(readFileSync(join(second, file))), file).toBe(true);
  }
});

it('the example app is synthesized with the package alone, and deploys the functions byte for byte', () => {
  const output = join(work, 'assembly');
  execFileSync(process.execPath, ['--disable-warning=ExperimentalWarning', join(app, 'app.ts')], {
    cwd: app,
    env: { ...NODE_ENVIRONMENT, CDK_OUTDIR: output },
  });
  const template = JSON.parse(readFileSync(join(output, 'Platform.template.json'), 'utf8')) as {
    Resources: Record<string, { Type: string; Properties: { Code?: { S3Key?: string } } }>;
  };
  const keys = Object.values(template.Resources)
    .filter(({ Type }) => Type === 'AWS::Lambda::Function')
    .flatMap(({ Properties }) => Properties.Code?.S3Key ?? []);
  const deployed = keys.map((key) =>
    readFileSync(join(output, `asset.${key.replace('.zip', '')}`, 'index.cjs'), 'utf8'),
  );
  const names = readdirSync(join(first, 'functions'));
  const built = [...bundleFunctions(names).values()].map((bytes) => Buffer.from(bytes).toString());
  expect(deployed.toSorted()).toEqual(built.toSorted());
});

it('the example app calls every method of the construct, and each has left its trace in the template', () => {
  const types = readFileSync(join(first, 'types/cdk/tocsin-gateway.d.ts'), 'utf8');
  const methods = [...types.matchAll(/^ {4}(\w+)\(.*\): void;$/gmu)].map(([, name]) => name ?? '');
  expect(methods.toSorted()).toEqual(['addAwsEvents', 'grantAudit', 'grantOperate']);
  const source = readFileSync(join(EXAMPLE, 'app.ts'), 'utf8');
  for (const method of methods) expect(source).toContain(`gateway.${method}(`);
  const template = readFileSync(join(work, 'assembly', 'Platform.template.json'), 'utf8');
  for (const trace of ['Tocsin-guardduty-own', 'AlertOperator', 'AlertAuditor', 'platform@example.com']) {
    expect(template).toContain(trace);
  }
});

it('the example app passes the types of the package, and one with a wrong property does not', () => {
  const wrong = readFileSync(join(app, 'app.ts'), 'utf8').replace('emailFrom:', 'emailfrom:');
  writeFileSync(join(app, 'wrong.ts'), wrong);
  const compilerOptions = {
    module: 'nodenext',
    target: 'es2024',
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: ['node'],
  };
  writeFileSync(
    join(app, 'tsconfig.json'),
    JSON.stringify({ compilerOptions, files: ['app.ts', 'wrong.ts'] }),
  );
  const compiler = join(PROJECT_ROOT, 'node_modules', '.bin', 'tsc');
  const { stdout } = spawnSync(compiler, ['--project', app], { encoding: 'utf8' });
  const found = stdout.split('\n').filter((line) => line.includes('error TS'));
  expect(found).toEqual([expect.stringMatching(/wrong\.ts.*emailfrom/u)]);
});
