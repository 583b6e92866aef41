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
import { satisfies } from 'semver';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundleFunctions, PROJECT_ROOT } from '../../../cdk/constructs/bundle-functions.ts';
import { buildPackage, OLDEST_PEERS } from '../../../cdk/release/build-package.ts';
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
}, 120_000);
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
  const deployed = keys.flatMap((key) => {
    const asset = join(output, `asset.${key.replace('.zip', '')}`);
    return readdirSync(asset).map((file) => `${file} ${readFileSync(join(asset, file), 'utf8')}`);
  });
  const names = readdirSync(join(first, 'functions'));
  const built = [...bundleFunctions(names).values()].flatMap((files) =>
    Array.from(files, ([file, bytes]) => `${file} ${Buffer.from(bytes).toString()}`),
  );
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

it('takes every CDK from the oldest on that was tried, so that an app keeps the one it has', () => {
  const { peerDependencies } = JSON.parse(readFileSync(join(first, 'package.json'), 'utf8')) as {
    peerDependencies: Record<string, string>;
  };
  expect(peerDependencies).toEqual({
    'aws-cdk-lib': `^${OLDEST_PEERS['aws-cdk-lib']}`,
    constructs: `^${OLDEST_PEERS.constructs}`,
  });
  for (const [name, range] of Object.entries(peerDependencies)) {
    const { version } = JSON.parse(
      readFileSync(join(PROJECT_ROOT, 'node_modules', name, 'package.json'), 'utf8'),
    ) as { version: string };
    expect(satisfies(version, range), `${name} ${version}`).toBe(true);
  }
});

it('one app holds several gateways: two of a stack, one of another, and one of a stage in another partition', () => {
  const source = `
    import { App, Stack, Stage } from 'aws-cdk-lib';
    import { TocsinGateway } from 'tocsin-cdk';
    const app = new App({ context: { '@aws-cdk/core:validateAgainstDefaultRules': false } });
    const both = new Stack(app, 'Both');
    new TocsinGateway(both, 'First', { name: 'A1', emailFrom: 'alerts@example.com' });
    new TocsinGateway(both, 'Second', { name: 'A2', emailFrom: 'alerts@example.org' });
    const other = new Stack(app, 'Other', { env: { account: '111122223333', region: 'eu-central-1' } });
    new TocsinGateway(other, 'Alerts', { emailFrom: 'alerts@example.com', awsEvents: ['health'] });
    const stage = new Stage(app, 'Gov', { env: { account: '444455556666', region: 'us-gov-west-1' } });
    new TocsinGateway(new Stack(stage, 'Alerts'), 'Alerts', { emailFrom: 'alerts@example.com' });
  `;
  writeFileSync(join(app, 'several.mjs'), source);
  const output = join(work, 'several');
  execFileSync(process.execPath, [join(app, 'several.mjs')], {
    cwd: app,
    env: { ...NODE_ENVIRONMENT, CDK_OUTDIR: output, CDK_VALIDATION: 'false' },
  });
  const manifestsOf = (file: string): unknown[] => {
    const { Resources } = JSON.parse(readFileSync(join(output, file), 'utf8')) as {
      Resources: Record<string, { Type: string; Properties: { Name?: string } }>;
    };
    return Object.values(Resources)
      .filter(({ Type }) => Type === 'AWS::SSM::Parameter')
      .map(({ Properties }) => Properties.Name);
  };
  const inStage = filesOf(join(output, 'assembly-Gov')).find((file) => file.endsWith('.template.json')) ?? '';
  expect(
    ['Both.template.json', 'Other.template.json', join('assembly-Gov', inStage)].map((file) =>
      manifestsOf(file),
    ),
  ).toEqual([['/A1/manifest', '/A2/manifest'], ['/Other/manifest'], ['/Gov-Alerts/manifest']]);
  const assets = readdirSync(output).filter((name) => name.startsWith('asset.'));
  expect(assets, 'gateways share the code of their functions').toHaveLength(
    readdirSync(join(first, 'functions')).length,
  );
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
