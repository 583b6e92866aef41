import { writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { AssetHashType, DockerImage } from 'aws-cdk-lib/core';
import { type BuildOptions, buildSync } from 'esbuild';

export const PROJECT_ROOT = resolve(import.meta.dirname, '../..');

/**
 * How code for Lambda is bundled.
 *
 * - CommonJS, and `import()` turned into `require`: importing `node:http` as a module costs some 30 ms per
 *   cold start, because the module form touches a lazy getter that loads undici.
 * - `module` before `main`: the tree of the SDK's ES modules can be shaken, 330 KB instead of 470.
 * - The SDK is bundled, not taken from the runtime: smaller, and pinned by the lock file.
 * - No source map: its paths would make the hash depend on the folder.
 */
export const BUNDLE_SETTINGS = {
  absWorkingDir: PROJECT_ROOT,
  write: false,
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node24',
  format: 'cjs',
  mainFields: ['module', 'main'],
  supported: { 'dynamic-import': false },
  // Node loads its web streams when code names them, and the SDK asks whether a body is one.
  define: { ReadableStream: 'undefined' },
  alias: { '@aws-sdk/credential-provider-node': './functions/adapters/aws/credentials.ts' },
} satisfies BuildOptions;

/**
 * Parts of the SDK, and of Node beneath it and middy, that no function uses. `sdk-left-out.ts` gives the reason for each,
 * decision 10 their cost.
 */
export const LEFT_OUT = [
  '@smithy/node-http-handler',
  '@smithy/signature-v4',
  '@smithy/core/event-streams',
  '@smithy/core/checksum',
  'node:fs/promises',
  'node:stream/web',
];

/**
 * The only JSON that is left empty in the bundles. A client takes its own version from there, for a line about itself,
 * which `sdk-slim-client.ts` takes out of every request; 2 to 3 KB of each bundle are saved.
 */
const EMPTIED_JSON = /\/@aws-sdk\/client-[a-z-]+\/package\.json$/u;

/**
 * Modules that a function loads only when it needs them: name -> a file, or a package. A start does not read them, so their
 * bytes do not count as the function's. Code asks for `#name`, which for a file is in `imports` of package.json too.
 */
const BESIDE = {
  // The engine of regular expressions, 150 KB: where a matcher is one.
  re2js: 're2js',
  // The validator of JSON Schema, 25 KB: for sources with a schema.
  schemas: './functions/core/ingest/check-schema.ts',
  // The conversation with a mail server, 60 KB: for destinations that do not send through SES.
  smtp: './functions/adapters/smtp/client.ts',
};

/** What stands in a function's own file for a package that lies beside it, and asks for it when it is used. */
const STAND_INS = { re2js: './functions/core/match/re2js-when-needed.cts' };

/** The files of a function's code, by name: `index.cjs`, and what lies beside it. */
type FunctionFiles = ReadonlyMap<string, Uint8Array>;

/**
 * The code of functions, by their names: each entry minified into one CommonJS file, and the modules that it asks for beside it.
 *
 * Nothing of it depends on where it will be written, so the same source always gives the same asset.
 */
export function bundleFunctions(names: readonly string[]): Map<string, FunctionFiles> {
  const entries = Object.fromEntries(names.map((name) => [name, `./functions/${name}.ts`]));
  const modules = [...bundle(BESIDE)];
  const external = modules.map(([module]) => `#${module}`);
  const functions = bundle(entries, { external, alias: STAND_INS });
  return new Map(
    Array.from(functions, ([name, { contents, imports }]) => {
      const beside = modules.filter(([module]) => imports.has(`#${module}`));
      return [name, new Map([['index.cjs', contents], ...filesBeside(beside)])];
    }),
  );
}

/** The modules, and the file that tells Node where each of them is. */
function filesBeside(modules: readonly [string, Bundle][]): [string, Uint8Array][] {
  if (modules.length === 0) return [];
  const imports = Object.fromEntries(modules.map(([module]) => [`#${module}`, `./${module}.cjs`]));
  return [
    ...modules.map(([module, { contents }]): [string, Uint8Array] => [`${module}.cjs`, contents]),
    ['package.json', Buffer.from(JSON.stringify({ imports }))],
  ];
}

/** A minified file, and what it imports from outside. */
type Bundle = { contents: Uint8Array; imports: ReadonlySet<string> };

/** Bundles entries: name -> a file, or a package. */
function bundle(
  entries: Readonly<Record<string, string>>,
  { external = [], alias = {} }: Pick<BuildOptions, 'external' | 'alias'> = {},
): Map<string, Bundle> {
  const { outputFiles, metafile } = buildSync({
    entryPoints: entries,
    outdir: 'bundles',
    outExtension: { '.js': '.cjs' },
    ...BUNDLE_SETTINGS,
    alias: {
      ...BUNDLE_SETTINGS.alias,
      ...Object.fromEntries(LEFT_OUT.map((part) => [part, './functions/adapters/aws/sdk-left-out.ts'])),
      ...alias,
    },
    external,
    loader: { '.json': 'empty' },
    metafile: true,
    legalComments: 'none',
    logLevel: 'silent',
  });
  const emptied = Object.keys(metafile.inputs).filter(
    (path) => path.endsWith('.json') && !EMPTIED_JSON.test(path),
  );
  if (emptied.length > 0) throw new Error(`the bundles would have ${emptied.join(', ')} without its content`);
  return new Map(
    Object.entries(entries).map(([name, path]) => {
      const contents = outputFiles.find((file) => basename(file.path) === `${name}.cjs`)?.contents;
      const output = metafile.outputs[`bundles/${name}.cjs`];
      if (!contents || !output) throw new Error(`esbuild gave no bundle for ${path}`);
      return [name, { contents, imports: new Set(output.imports.map((imported) => imported.path)) }];
    }),
  );
}

/**
 * The code of each function as `index.cjs`, bundled in one pass when the first of them is asked for.
 *
 * `cdk list`, `cdk destroy` and template tests switch bundling off; then nothing is built.
 */
export function functionCode(names: readonly string[]): (name: string) => Code {
  let bundles: ReturnType<typeof bundleFunctions> | undefined;
  return (name) =>
    Code.fromAsset(join(PROJECT_ROOT, 'functions'), {
      assetHashType: AssetHashType.OUTPUT,
      bundling: {
        // Never run. The CDK wants an image for the case that local bundling is impossible.
        image: DockerImage.fromRegistry('unused'),
        // The CDK takes two assets for one when all of their settings are equal, and functions do not count.
        command: [name],
        local: {
          tryBundle(outputFolder) {
            bundles ??= bundleFunctions(names);
            for (const [file, contents] of bundles.get(name) ?? []) {
              writeFileSync(join(outputFolder, file), contents);
            }
            return true;
          },
        },
      },
    });
}
