import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
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
 * Modules that a function loads only when it needs them: name -> its file, and the functions that it lies beside. The name is
 * the one in `imports` of package.json. A start does not read these files, so their bytes do not count as the function's.
 */
const BESIDE = {
  // The validator of JSON Schema, 25 KB: for sources with a schema.
  '#schemas': { entry: 'core/ingest/check-schema', functions: ['ingest', 'ingest-aws-events'] },
  // Matchers and their engine of regular expressions, 140 KB: while a silence lasts. The router needs them always.
  '#silences': {
    entry: 'adapters/dynamodb/silence-book',
    functions: ['deliver-email', 'deliver-webhook'],
  },
  // The conversation with a mail server, 60 KB: for destinations that do not send through SES.
  '#smtp': { entry: 'adapters/smtp/client', functions: ['deliver-email'] },
};
const FUNCTIONS_WITH_MORE = new Set(Object.values(BESIDE).flatMap(({ functions }) => functions));

/**
 * The entry files, minified into one CommonJS file each: name -> bytes.
 *
 * Nothing of it depends on where it will be written, so the same source always gives the same asset.
 */
export function bundleFunctions(names: readonly string[]): Map<string, Uint8Array> {
  const built = new Map([
    ...bundle(names.filter((name) => !FUNCTIONS_WITH_MORE.has(name))),
    ...bundle(
      names.filter((name) => FUNCTIONS_WITH_MORE.has(name)),
      { external: Object.keys(BESIDE) },
    ),
  ]);
  return new Map(names.map((name) => [name, built.get(name) ?? new Uint8Array()]));
}

/** The files that lie beside the code of a function, by their names. */
export function filesBeside(name: string): Map<string, Uint8Array | string> {
  const modules = Object.entries(BESIDE).filter(([, { functions }]) => functions.includes(name));
  if (modules.length === 0) return new Map();
  const built = bundle(modules.map(([, { entry }]) => entry));
  const files = modules.map(([module, { entry }]) => ({ module, entry, file: `${module.slice(1)}.cjs` }));
  return new Map<string, Uint8Array | string>([
    ...files.map(({ file, entry }) => [file, built.get(entry) ?? ''] as const),
    [
      'package.json',
      JSON.stringify({ imports: Object.fromEntries(files.map(({ module, file }) => [module, `./${file}`])) }),
    ],
  ]);
}

function bundle(names: readonly string[], more: { external?: string[] } = {}): Map<string, Uint8Array> {
  const { outputFiles, metafile } = buildSync({
    entryPoints: Object.fromEntries(names.map((name) => [name, `./functions/${name}.ts`])),
    outdir: 'bundles',
    outExtension: { '.js': '.cjs' },
    ...BUNDLE_SETTINGS,
    alias: {
      ...BUNDLE_SETTINGS.alias,
      ...Object.fromEntries(LEFT_OUT.map((part) => [part, './functions/adapters/aws/sdk-left-out.ts'])),
    },
    loader: { '.json': 'empty' },
    metafile: true,
    legalComments: 'none',
    logLevel: 'silent',
    ...more,
  });
  const emptied = Object.keys(metafile.inputs).filter(
    (path) => path.endsWith('.json') && !EMPTIED_JSON.test(path),
  );
  if (emptied.length > 0) throw new Error(`the bundles would have ${emptied.join(', ')} without its content`);
  return new Map(
    names.map((name) => {
      const file = outputFiles.find(({ path }) => path.endsWith(join('bundles', `${name}.cjs`)));
      if (!file) throw new Error(`esbuild gave no bundle for functions/${name}.ts`);
      return [name, file.contents];
    }),
  );
}

/**
 * The code of each function as `index.cjs`, bundled in one pass when the first of them is asked for.
 *
 * `cdk list`, `cdk destroy` and template tests switch bundling off; then nothing is built.
 */
export function functionCode(names: readonly string[]): (name: string) => Code {
  let bundles: Map<string, Uint8Array> | undefined;
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
            writeFileSync(join(outputFolder, 'index.cjs'), bundles.get(name) ?? '');
            for (const [file, contents] of filesBeside(name))
              writeFileSync(join(outputFolder, file), contents);
            return true;
          },
        },
      },
    });
}
