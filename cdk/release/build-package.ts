import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { bundleFunctions, PROJECT_ROOT } from '../constructs/bundle-functions.ts';
import { FUNCTION_NAMES } from '../constructs/functions-of.ts';

const PACKED = join(PROJECT_ROOT, 'cdk', 'constructs', 'packed-functions.ts');
const TYPES = 'types/cdk/tocsin-gateway.d.ts';

/**
 * The oldest versions that the construct works with: with these and with the newest it gives the same template, which the rehearsal
 * shows. Older ones of `aws-cdk-lib` do not know Lambda's Node 24.
 */
export const OLDEST_PEERS = { 'aws-cdk-lib': '2.224.0', constructs: '10.0.0' } as const;

/** Writes the package `tocsin-cdk` into an empty folder: the construct, its types, and the functions as they are deployed. */
export async function buildPackage(folder: string, version: string): Promise<void> {
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(packageOf(version), undefined, 2)}\n`);
  cpSync(join(PROJECT_ROOT, 'LICENSE'), join(folder, 'LICENSE'));
  cpSync(join(PROJECT_ROOT, 'examples', 'cdk-app', 'README.md'), join(folder, 'README.md'));
  await writeConstruct(folder);
  writeFunctions(join(folder, 'functions'));
  writeTypes(folder);
}

/** The CDK is a peer, named as a range, so that the user's app has one CDK only. */
function packageOf(version: string): object {
  const { license, engines } = JSON.parse(readFileSync(join(PROJECT_ROOT, 'package.json'), 'utf8')) as {
    license: string;
    engines: object;
  };
  return {
    name: 'tocsin-cdk',
    version,
    description: 'The Tocsin security-alert gateway as a construct of the AWS CDK',
    license,
    type: 'module',
    engines,
    exports: { '.': { types: `./${TYPES}`, default: './index.js' } },
    peerDependencies: Object.fromEntries(
      Object.entries(OLDEST_PEERS).map(([name, version]) => [name, `^${version}`]),
    ),
  };
}

/** Without white space: esbuild writes the path of every module into comments, and two folders would differ. */
async function writeConstruct(folder: string): Promise<void> {
  await build({
    absWorkingDir: PROJECT_ROOT,
    entryPoints: ['./cdk/tocsin-gateway.ts'],
    outfile: join(folder, 'index.js'),
    bundle: true,
    minifyWhitespace: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    legalComments: 'none',
    logLevel: 'silent',
    external: ['aws-cdk-lib', 'constructs'],
    plugins: [
      {
        name: 'functions as they were bundled',
        setup(plugin) {
          plugin.onResolve({ filter: /\/bundle-functions\.ts$/ }, () => ({ path: PACKED }));
        },
      },
    ],
  });
}

function writeFunctions(folder: string): void {
  for (const [name, files] of bundleFunctions(FUNCTION_NAMES)) {
    mkdirSync(join(folder, name), { recursive: true });
    for (const [file, contents] of files) writeFileSync(join(folder, name, file), contents);
  }
}

/** @throws Error with what the compiler says */
function writeTypes(folder: string): void {
  const scratch = mkdtempSync(join(tmpdir(), 'tocsin-types-'));
  const project = join(scratch, 'tsconfig.json');
  const config = {
    extends: join(PROJECT_ROOT, 'tsconfig.json'),
    compilerOptions: {
      noEmit: false,
      declaration: true,
      emitDeclarationOnly: true,
      rootDir: PROJECT_ROOT,
      outDir: join(folder, 'types'),
      typeRoots: [join(PROJECT_ROOT, 'node_modules', '@types')],
    },
    files: [join(PROJECT_ROOT, 'cdk', 'tocsin-gateway.ts')],
    include: [],
  };
  writeFileSync(project, JSON.stringify(config));
  const compiler = join(PROJECT_ROOT, 'node_modules', '.bin', 'tsc');
  const { status, stdout } = spawnSync(compiler, ['--project', project], { encoding: 'utf8' });
  rmSync(scratch, { recursive: true });
  if (status !== 0) throw new Error(stdout);
}
